"use client";

import { useTranslations } from "next-intl";
import { Dialog } from "../../ui/dialog";

const ROWS = [
  { keys: ["g", "o"], text: "overview" },
  { keys: ["g", "i"], text: "incidents" },
  { keys: ["g", "f"], text: "fleet" },
  { keys: ["g", "d"], text: "sira" },
  { keys: ["g", "s"], text: "safety" },
  { keys: ["g", "l"], text: "audit" },
  { keys: ["j"], text: "next" },
  { keys: ["k"], text: "previous" },
  { keys: ["↵"], text: "open_row" },
  { keys: ["/"], text: "search" },
  { keys: ["?"], text: "sheet" },
  { keys: ["Esc"], text: "close" },
] as const;

interface ShortcutSheetProps {
  readonly isOpen: boolean;
  readonly isOn: boolean;
  onTurn(isOn: boolean): void;
  onClose(): void;
}

export function ShortcutSheet({ isOpen, isOn, onTurn, onClose }: ShortcutSheetProps) {
  const t = useTranslations("shortcuts");
  return (
    <Dialog isOpen={isOpen} title={t("title")} onClose={onClose}>
      <dl className="divide-y divide-hairline px-4">
        {ROWS.map(({ keys, text }) => (
          <div key={text} className="flex items-center justify-between gap-4 py-2">
            <dt>{t(text)}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <kbd key={key} className="min-w-6 rounded border border-control bg-raised px-1.5 py-0.5 text-center font-mono text-xs">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="flex min-h-11 items-center gap-3 border-t border-hairline px-4 py-3">
        <input type="checkbox" checked={isOn} onChange={(event) => onTurn(event.target.checked)} className="size-4 accent-accent" />
        {t("singleKeys")}
      </label>
    </Dialog>
  );
}
