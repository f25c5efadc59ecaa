import type { FaultKind } from "@/lib/simulator/world/faults";
import { WORLD } from "@/lib/simulator/world/world-parameters";
import type { SiraAction } from "@/lib/sira/types";

/** What is really going on behind an incident; `healthy` when it was a false alarm. */
export type HiddenCause = FaultKind | "healthy";

/** Chances that an action mends, does nothing, or does harm; they sum to 1. */
export interface Effect {
  readonly fixed: number;
  readonly worse: number;
}

const effect = (fixed: number, worse = 0): Effect => ({ fixed, worse });

/** Patches fix 70, do nothing in 20 and break in 10 of a hundred cases, whatever the fault, where they arrive (sira.md). */
const PATCH = effect(0.7, 0.1);
/** Whoever is silent fetches no command; what does arrive came back by itself. */
const PATCH_UNREACHED = effect(0.05, 0.05);
/** A patch on a shop that had nothing can still break it. */
const PATCH_HEALTHY = effect(0.88, 0.1);

type Row = Readonly<Record<SiraAction, Effect>>;
type Table = Readonly<Record<HiddenCause, Row>>;

/** Reads from left to right: none, notify, restart, rollback, isolate. */
function row(none: number, notify: number, restart: Effect, rollback: Effect, isolate: Effect): Row {
  return { none: effect(none), notify: effect(notify), restart, rollback, isolate, patch: PATCH, config_update: effect(0.1, 0.1) };
}

/** `none` mends what passes by itself within the watch; `notify` what a person manages in that time. */
const BEFORE: Table = {
  point: row(0.9, 0.92, effect(0.88, 0.04), effect(0.6, 0.15), effect(0.2, 0.3)),
  spike: row(0.5, 0.6, effect(0.85, 0.03), effect(0.45, 0.1), effect(0.2, 0.3)),
  level_shift: row(0.02, 0.35, effect(0.15, 0.05), effect(0.4, 0.1), effect(0.1, 0.3)),
  drift: row(0.02, 0.4, effect(0.3, 0.05), effect(0.35, 0.1), effect(0.1, 0.3)),
  seasonal_break: row(0.1, 0.75, effect(0.1, 0.05), effect(0.1, 0.1), effect(0.05, 0.3)),
  silence: { ...row(0.25, 0.8, effect(0.05, 0.02), effect(0.05, 0.05), effect(0.02, 0.1)), patch: PATCH_UNREACHED },
  leak: row(0.02, 0.45, effect(0.92, 0.02), effect(0.4, 0.1), effect(0.1, 0.3)),
  healthy: { ...row(0.98, 0.98, effect(0.95, 0.03), effect(0.8, 0.1), effect(0.6, 0.3)), patch: PATCH_HEALTHY },
};

/** What a new release of the platform turns round: restarts lose their power where they had it, and going back gains it. */
const AFTER: Table = {
  ...BEFORE,
  spike: row(0.5, 0.6, effect(0.3, 0.1), effect(0.88, 0.03), effect(0.2, 0.3)),
  level_shift: row(0.02, 0.35, effect(0.15, 0.05), effect(0.9, 0.03), effect(0.1, 0.3)),
  drift: row(0.02, 0.4, effect(0.88, 0.03), effect(0.35, 0.1), effect(0.1, 0.3)),
  leak: row(0.02, 0.45, effect(0.25, 0.1), effect(0.4, 0.1), effect(0.1, 0.3)),
};

/** What an action would really do, hidden from whoever decides. @param at milliseconds since the run began */
export function effectOf(cause: HiddenCause, action: SiraAction, at: number): Effect {
  return (at < WORLD.swapMs ? BEFORE : AFTER)[cause][action];
}

/** Expected worth of an action, -1..1: the chance that it mends less the chance that it does harm. */
export function worthOf(cause: HiddenCause, action: SiraAction, at: number): number {
  const { fixed, worse } = effectOf(cause, action, at);
  return fixed - worse;
}
