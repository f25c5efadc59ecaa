import { type Estimate, estimateOf } from "@/lib/sira/learning/policy-value";
import { type LearningRow, worthOfOutcome } from "@/lib/sira/outcomes";

/** What decisions of one stretch of time were worth on average: mended 1, nothing changed 0, made worse -1. */
export interface Stretch {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly mended: number;
  readonly worth: Estimate | null;
}

/**
 * The learning curve: outcomes in stretches of equal length, oldest first.
 *
 * @param stretches  at least 1
 */
export function learningCurve(rows: readonly LearningRow[], from: number, to: number, stretches: number): Stretch[] {
  const length = (to - from) / stretches;
  return Array.from({ length: stretches }, (_, index) => {
    const begin = from + index * length;
    const end = begin + length;
    const isLast = index === stretches - 1;
    const own = rows.filter(({ decidedAt }) => decidedAt >= begin && (isLast ? decidedAt <= end : decidedAt < end));
    const worths = own.flatMap(({ outcome }) => worthOfOutcome(outcome) ?? []);
    const mended = own.filter(({ outcome }) => outcome === "fixed").length;
    return { from: begin, to: end, n: worths.length, mended, worth: worths.length > 0 ? estimateOf(worths) : null };
  });
}
