import { LIMITS } from "@/lib/platform/limits";
import type { Baseline, HealState, Verification } from "../types";
import type { CureFacts } from "./judge-cure";

/** An action that has ended, with how its module was when it was given up; null where it was not, or nobody heard. */
export interface EndedAction {
  readonly action: string;
  readonly state: HealState;
  readonly begunAt: Date | null;
  /** Whether the module had an order of it that changes something. */
  readonly hasEffect: boolean;
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
 * How a module is when an action on it is given up; null where that is not known: it has fallen silent, or has said nothing since it obeyed.
 * @param verification  null where it never obeyed
 */
export function aftermathOf(verification: Verification | null, { beat, errorShare }: CureFacts, now: Date): Baseline | null {
  const obeyedMs = verification ? Date.parse(verification.since) : 0;
  const isFresh = beat !== null && now.getTime() - beat.at.getTime() <= LIMITS.moduleSilentSeconds * 1_000;
  return isFresh && beat.at.getTime() > obeyedMs ? { failing: beat.failing, errorShare } : null;
}

/**
 * The previous automatic action, where it made things worse; what a person agreed to, and what never began, is not Center's hand. Of one that the
 * module had and that was given up unheard, it is not known that it did no harm: unknown is worse.
 * @param ended  the newest first
 */
export function worsenedBy(ended: readonly EndedAction[]): string | null {
  const previous = ended.find(({ state, begunAt, approvedBy }) => begunAt !== null && approvedBy === null && state !== "cancelled");
  if (!previous) return null;
  const { action, state, baseline, aftermath, hasEffect } = previous;
  const isUnknown = aftermath === null && hasEffect && (state === "failed" || state === "rolled_back");
  return isUnknown || (aftermath && hasWorsened(baseline, aftermath)) ? action : null;
}
