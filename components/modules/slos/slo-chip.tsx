"use client";

import { CircleCheck, CircleDashed, Flame, FlameKindling, OctagonX } from "lucide-react";
import { useTranslations } from "next-intl";
import { useLiveState } from "../../live/live-provider";
import type { SloState } from "./items";

const LOOKS: Readonly<Record<SloState, { icon: typeof Flame; className: string }>> = {
  burning_fast: { icon: Flame, className: "border-danger bg-danger-wash text-ink" },
  exhausted: { icon: OctagonX, className: "border-danger bg-danger-wash text-ink" },
  burning_slow: { icon: FlameKindling, className: "border-severity-line bg-medium text-severity-ink" },
  unknown: { icon: CircleDashed, className: "border-dashed border-control bg-unknown text-on-unknown" },
  ok: { icon: CircleCheck, className: "border-transparent bg-ok text-on-ok" },
};

/** How an objective is kept, as symbol and word: unknown once the page is stale. */
export function useSloState(state: SloState): SloState {
  return useLiveState("isTrusted") ? state : "unknown";
}

export function SloChip({ state }: { state: SloState }) {
  const t = useTranslations("slos.states");
  const shown = useSloState(state);
  const { icon: Icon, className } = LOOKS[shown];
  return (
    <span className={`inline-flex h-6 items-center gap-1.5 rounded border px-2 text-xs font-medium whitespace-nowrap ${className}`}>
      <Icon aria-hidden="true" className="size-3.5" />
      {t(shown)}
    </span>
  );
}
