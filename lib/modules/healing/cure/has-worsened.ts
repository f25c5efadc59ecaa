import { LIMITS } from "@/lib/platform/limits";
import type { Baseline, HealState } from "../types";

/** An action that has ended, with how its module was when it was given up; null where it was not, or nobody looked. */
export interface EndedAction {
  readonly action: string;
  readonly state: HealState;
  readonly begunAt: Date | null;
  readonly approvedBy: string | null;
  readonly baseline: Baseline;
  readonly aftermath: Baseline | null;
}

const failingIn = ({ failing, others = [] }: Baseline) => [...failing, ...others];

/**
 * Whether an action left its module worse than it found it: a check fails that held, or clearly more requests fail than failed when the fault was
 * there already. Shares of which one is not known are not compared.
 */
export function hasWorsened(before: Baseline, after: Baseline): boolean {
  const known = new Set(failingIn(before));
  if (failingIn(after).some((id) => !known.has(id))) return true;
  if (before.errorShare === null || after.errorShare === null) return false;
  return after.errorShare > before.errorShare + LIMITS.healErrorShare;
}

/**
 * The previous automatic action, where it made things worse; what a person agreed to, and what never began, is not Center's hand.
 * @param ended  the newest first
 */
export function worsenedBy(ended: readonly EndedAction[]): string | null {
  const previous = ended.find(({ state, begunAt, approvedBy }) => begunAt !== null && approvedBy === null && state !== "cancelled");
  return previous?.aftermath && hasWorsened(previous.baseline, previous.aftermath) ? previous.action : null;
}
