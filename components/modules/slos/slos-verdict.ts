import type { SloState } from "./items";

type Kind = "none" | "fast" | "exhausted" | "slow" | "good" | "unknown";

/** What the page says first about all objectives: the worst there is, and how many are like that. What is unknown is never called kept. */
export function slosVerdict(states: readonly SloState[]): { readonly kind: Kind; readonly count: number } {
  const of = (state: SloState) => states.filter((each) => each === state).length;
  const told = [
    ["fast", of("burning_fast")],
    ["exhausted", of("exhausted")],
    ["slow", of("burning_slow")],
    ["good", of("ok")],
  ] as const;
  const worst = told.find(([, count]) => count > 0);
  if (worst) return { kind: worst[0], count: worst[1] };
  return { kind: states.length > 0 ? "unknown" : "none", count: states.length };
}
