"use client";

import { Keyboard as KeyboardIcon } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { keepPreference } from "../../ui/preference-cookie";
import { type KeyAction, readKey } from "./keys";
import { ShortcutSheet } from "./shortcut-sheet";

const PAIR_MS = 1_500;

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select, [role=menu] *"));
}

/** Rows that `j` and `k` walk: links marked data-row, in the order of the page. */
function walkRows(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")].filter((row) => row.offsetParent !== null);
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  rows[next]?.focus();
}

/** Single keys of the page, their sheet, and the switch that turns them off. */
export function Keyboard({ startsOn }: { startsOn: boolean }) {
  const t = useTranslations("shortcuts");
  const router = useRouter();
  const [isOn, setIsOn] = useState(startsOn);
  const [isSheetOpen, setIsSheetOpen] = useState(false);
  const leaderAt = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    if (!isOn) return;
    const act = (action: KeyAction) => {
      if (action?.do === "go") router.push(action.href);
      if (action?.do === "next") walkRows(1);
      if (action?.do === "previous") walkRows(-1);
      if (action?.do === "search") document.querySelector<HTMLElement>("main input[type=search]")?.focus();
      if (action?.do === "help") setIsSheetOpen(true);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isWriting(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      const leader = event.timeStamp - leaderAt.current < PAIR_MS ? "g" : null;
      const { action, leads } = readKey(event.key, leader);
      leaderAt.current = leads ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (!action) return;
      event.preventDefault();
      act(action);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [isOn, router]);

  const turn = (next: boolean) => {
    setIsOn(next);
    keepPreference("keys", next ? "on" : "off");
  };
  return (
    <>
      <button
        type="button"
        onClick={() => setIsSheetOpen(true)}
        aria-label={t("open")}
        title={t("open")}
        className="hidden size-9 items-center justify-center rounded-md text-muted hover:bg-raised hover:text-ink md:inline-flex"
      >
        <KeyboardIcon aria-hidden="true" className="size-4.5" />
      </button>
      <ShortcutSheet isOpen={isSheetOpen} isOn={isOn} onTurn={turn} onClose={() => setIsSheetOpen(false)} />
    </>
  );
}
