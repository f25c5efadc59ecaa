"use client";

import { Keyboard as KeyboardIcon } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useLooks } from "../looks/looks";
import { usePalette } from "../palette/palette-host";
import { useScope } from "../scope/scope-provider";
import { type KeyAction, readKey } from "./keys";
import { pressMarked, selectRow, walkRows } from "./walk-page";

const ShortcutSheet = lazy(() => import("./shortcut-sheet"));
const PAIR_MS = 1_500;

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select, [role=menu] *"));
}

/** Part of a combination, of what somebody writes, or of what a dialog asks. */
function isMeantOtherwise(event: KeyboardEvent): boolean {
  const isCombined = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  return isCombined || isWriting(event.target) || document.querySelector("dialog[open]") !== null;
}

/** The page's own field of search; false where it has none. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>("main input[type=search]");
  field?.focus();
  return field !== null;
}

/** Single keys of the page and their sheet. None does anything while somebody writes, or once they were turned off. */
export function Keyboard() {
  const t = useTranslations("shortcuts");
  const router = useRouter();
  const { keysOn } = useLooks();
  const { openPalette } = usePalette();
  const { hrefOf } = useScope();
  const [isSheetOpen, setIsSheetOpen] = useState(false);
  const [isSheetAsked, setIsSheetAsked] = useState(false);
  const leaderAt = useRef(Number.NEGATIVE_INFINITY);
  const openSheet = useCallback(() => {
    setIsSheetAsked(true);
    setIsSheetOpen(true);
  }, []);

  useEffect(() => {
    if (!keysOn) return;
    const act = (action: NonNullable<KeyAction>) => {
      if (action.do === "go") router.push(hrefOf(action.href));
      if (action.do === "next") walkRows(1);
      if (action.do === "previous") walkRows(-1);
      if (action.do === "select") selectRow();
      if (action.do === "press") pressMarked(action.key);
      if (action.do === "search" && !focusSearch()) openPalette();
      if (action.do === "help") openSheet();
    };
    const onKey = (event: KeyboardEvent) => {
      if (isMeantOtherwise(event)) return;
      const leader = event.timeStamp - leaderAt.current < PAIR_MS ? "g" : null;
      const { action, leads } = readKey(event.key, leader);
      leaderAt.current = leads ? event.timeStamp : Number.NEGATIVE_INFINITY;
      // A key held down walks on; it does not do the same thing again and again.
      if (!action || (event.repeat && action.do !== "next" && action.do !== "previous")) return;
      event.preventDefault();
      act(action);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [keysOn, router, hrefOf, openPalette, openSheet]);

  return (
    <>
      <button
        type="button"
        onClick={openSheet}
        aria-label={t("open")}
        title={t("open")}
        className="hidden size-9 shrink-0 items-center justify-center rounded-md text-muted hover:bg-raised hover:text-ink md:inline-flex"
      >
        <KeyboardIcon aria-hidden="true" className="size-4.5" />
      </button>
      {isSheetAsked ? (
        <Suspense fallback={null}>
          <ShortcutSheet isOpen={isSheetOpen} onClose={() => setIsSheetOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
