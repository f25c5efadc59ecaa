import type { SiraDecision, SiraRequest } from "@/lib/sira/types";

export const OUTCOMES = ["fixed", "not_fixed", "recurred", "made_worse", "inconclusive"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One decision whose outcome is known: what was asked, what was answered, and what became of it. */
export interface LearningRow {
  readonly request: SiraRequest;
  readonly decision: SiraDecision;
  readonly outcome: Outcome;
  /** When it was decided and when the outcome became known, epoch ms. */
  readonly decidedAt: number;
  readonly knownAt: number;
}

/** Whether the trouble was mended: a success that recurs was none. Null is a label that says nothing. */
export function isMended(outcome: Outcome): boolean | null {
  return outcome === "inconclusive" ? null : outcome === "fixed";
}

/** What an outcome is worth: mended 1, nothing changed 0, made worse -1. Null where nothing can be said. */
export function worthOfOutcome(outcome: Outcome): number | null {
  if (outcome === "inconclusive") return null;
  if (outcome === "fixed") return 1;
  return outcome === "made_worse" ? -1 : 0;
}
