"use client";

import { CircleCheck, CircleDashed, Flame, FlameKindling, OctagonX } from "lucide-react";
import { useTranslations } from "next-intl";
import { useLiveState } from "../../live/live-provider";
import { StateChip, type StateLook } from "../../ui/state-chip";
import type { SloState } from "./items";

const LOOKS: Readonly<Record<SloState, StateLook>> = {
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
  return <StateChip look={LOOKS[shown]}>{t(shown)}</StateChip>;
}
