"use client";

import { useTranslations } from "next-intl";
import { useLooks } from "../looks/looks";

/** Turns single keys off for whoever speaks to their computer, or presses keys by chance (WCAG 2.1.4). Ctrl K and Escape stay. */
export function KeysSwitch() {
  const t = useTranslations("shortcuts");
  const { keysOn, turnKeys } = useLooks();
  return (
    <label className="flex min-h-11 items-center gap-3">
      <input type="checkbox" checked={keysOn} onChange={(event) => turnKeys(event.target.checked)} className="size-4 accent-accent" />
      {t("singleKeys")}
    </label>
  );
}
