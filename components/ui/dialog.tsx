"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useId, useRef } from "react";

interface DialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  onClose(): void;
  readonly children: ReactNode;
}

/**
 * A modal dialog on the browser's own element: it holds the focus, makes the rest inert, closes on Escape and gives the
 * focus back, without a style that the page's content policy would have to allow.
 */
export function Dialog({ isOpen, title, onClose, children }: DialogProps) {
  const t = useTranslations("common");
  const titleId = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    if (isOpen && !dialog.open) dialog.showModal();
    if (!isOpen && dialog.open) dialog.close();
  }, [isOpen]);
  return (
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onClose={onClose}
      className="m-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-lg overflow-y-auto rounded-lg border border-hairline bg-panel text-ink shadow-xl"
    >
      <div className="flex items-center justify-between gap-3 border-b border-hairline py-2 pr-2 pl-4">
        <h2 id={titleId} className="text-lg font-semibold">
          {title}
        </h2>
        <button
          type="button"
          onClick={onClose}
          aria-label={t("close")}
          className="inline-flex size-11 items-center justify-center rounded-md hover:bg-raised sm:size-9"
        >
          <X aria-hidden="true" className="size-4" />
        </button>
      </div>
      {isOpen ? children : null}
    </dialog>
  );
}
