import { LIMITS } from "@/lib/platform/limits";

export const AUTONOMY_ACTIONS = ["patch", "rollback", "restart", "isolate"] as const;
export type AutonomyAction = (typeof AUTONOMY_ACTIONS)[number];

/** approval: a person agrees to each. earned: as far as policy goes. */
export const AUTONOMY_LEVELS = ["approval", "earned"] as const;
export type AutonomyLevel = (typeof AUTONOMY_LEVELS)[number];

/** How attempts of one action ended at one merchant since it counts. */
export interface AutonomyRecord {
  readonly kept: number;
  /** Rolled back, failed with a person needed, or made worse. */
  readonly failed: number;
}

export interface AutonomyVerdict {
  readonly mayPromote: boolean;
  /** Attempts that have to be kept besides. */
  readonly missing: number;
}

/**
 * Whether an action has earned to be done without asking: so many attempts in a row were kept since the last demotion, none
 * failed. People still have to agree, by four eyes.
 *
 * @throws RangeError on counts that cannot be
 */
export function decideAutonomy({ kept, failed }: AutonomyRecord): AutonomyVerdict {
  if (![kept, failed].every((count) => Number.isInteger(count) && count >= 0))
    throw new RangeError("attempts are counted in whole numbers");
  const missing = failed > 0 ? LIMITS.autonomyKept : Math.max(0, LIMITS.autonomyKept - kept);
  return { mayPromote: missing === 0, missing };
}

/** Whether an end takes earned autonomy away, at once and by itself. Whoever called it back says nothing about the machine. */
export function endDemotes(end: { readonly status: string; readonly needsPerson: boolean; readonly revertedFor: string | null }): boolean {
  return end.needsPerson || (end.status === "rolled_back" && end.revertedFor !== "cancelled");
}
