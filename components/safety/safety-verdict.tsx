"use client";

import { useTranslations } from "next-intl";
import { useLiveState } from "../live/live-provider";
import type { SafetyItem } from "./items";

/** One sentence on what may happen by itself right now. */
export function SafetyVerdict({ safety }: { safety: SafetyItem }) {
  const t = useTranslations("safety.verdict");
  const isTrusted = useLiveState("isTrusted");
  const { effective, items } = safety;
  const others = items.filter(
    ({ on, name, scope }) => on && !(scope === "global" && (name === "kill_switch" || name === "safe_mode")),
  ).length;
  const kind = !isTrusted
    ? "unknown"
    : effective.kill_switch
      ? "killed"
      : effective.safe_mode
        ? "suggesting"
        : others > 0
          ? "partly"
          : "free";
  return (
    <p aria-live="polite" className="text-lg font-medium text-balance">
      {t(kind, { count: others })}
    </p>
  );
}
