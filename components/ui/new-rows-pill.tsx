"use client";

import { ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";

/** Rows that wait while somebody works in the list. */
export function NewRowsPill({ count, onRelease }: { count: number; onRelease: () => void }) {
  const t = useTranslations("states");
  if (count <= 0) return null;
  return (
    <div className="flex justify-center border-b border-hairline py-1.5">
      <button
        type="button"
        onClick={onRelease}
        className="inline-flex min-h-7 items-center gap-1.5 rounded-full bg-accent px-3 text-sm font-medium text-on-accent"
      >
        <ArrowUp aria-hidden="true" className="size-3.5" />
        {t("newRows", { count })}
      </button>
    </div>
  );
}
