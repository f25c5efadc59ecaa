"use client";

import { useTranslations } from "next-intl";
import { Dialog } from "../../ui/dialog";
import { PLACES } from "../navigation";
import { KeysSwitch } from "./keys-switch";

const KEYS = [
  { keys: ["Ctrl", "K"], text: "palette" },
  { keys: ["/"], text: "search" },
  { keys: ["?"], text: "sheet" },
  { keys: ["j"], text: "next" },
  { keys: ["k"], text: "previous" },
  { keys: ["↵"], text: "open_row" },
  { keys: ["x"], text: "select" },
  { keys: ["a"], text: "acknowledge" },
  { keys: ["e"], text: "escalate" },
  { keys: ["."], text: "actions" },
  { keys: ["["], text: "firstPage" },
  { keys: ["]"], text: "nextPage" },
  { keys: ["Esc"], text: "close" },
] as const;

interface ShortcutSheetProps {
  readonly isOpen: boolean;
  onClose(): void;
}

/** Every key there is: those of a page, those that go to one, and the switch that turns single keys off. */
export default function ShortcutSheet({ isOpen, onClose }: ShortcutSheetProps) {
  const t = useTranslations("shortcuts");
  const nav = useTranslations("nav");
  return (
    <Dialog isOpen={isOpen} title={t("title")} onClose={onClose}>
      <dl className="divide-y divide-hairline px-4">
        {KEYS.map(({ keys, text }) => (
          <Row key={text} name={t(text)} keys={keys} />
        ))}
      </dl>
      <h3 className="border-t border-hairline px-4 pt-3 font-semibold">{t("goTo")}</h3>
      <dl className="grid px-4 pb-2 sm:grid-cols-2 sm:gap-x-6">
        {PLACES.map(({ name, key }) => (
          <Row key={name} name={nav(name)} keys={["g", key]} />
        ))}
      </dl>
      <div className="border-t border-hairline px-4 py-2">
        <KeysSwitch />
      </div>
    </Dialog>
  );
}

function Row({ name, keys }: { name: string; keys: readonly string[] }) {
  return (
    <div className="flex items-center justify-between gap-4 py-1.5">
      <dt className="min-w-0">{name}</dt>
      <dd className="flex gap-1">
        {keys.map((key) => (
          <kbd key={key} className="min-w-6 rounded border border-control bg-raised px-1.5 py-0.5 text-center font-mono text-xs">
            {key}
          </kbd>
        ))}
      </dd>
    </div>
  );
}
