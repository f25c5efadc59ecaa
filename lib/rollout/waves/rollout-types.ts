import type { StagingReport } from "@/lib/delivery/staging-report";

export const ROLLOUT_STATES = ["staging", "running", "holding", "paused", "completed", "aborted", "recalled"] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

/**
 * planned      its wave has not reached it, or it could not be reached yet
 * updating     an attempt is under way
 * proven       it keeps the release
 * rolled_back  it went back: the release did harm there
 * refused      its agent would not take the order, and said why: nothing changed, and it is no word about the release's health
 * failed       nothing changed there, or nobody knows: see `why`
 * left_out     a rollout may not change it: signatures, an agent that cannot go back ...
 */
export const MEMBER_STATES = ["planned", "updating", "proven", "rolled_back", "refused", "failed", "left_out"] as const;
export type MemberState = (typeof MEMBER_STATES)[number];

export const RECALL_STATES = ["waiting", "undoing", "undone", "needs_person"] as const;

/** What a rollout that holds is waiting for, as data for pages in any language. */
export const WAITS_FOR = [
  "bake_time",
  "verdict",
  "rollback_rate",
  "attempts",
  "members",
  "suspicion",
  "needs_person",
  "kill_switch",
  "safe_mode",
  "switches_unknown",
  "storm",
  "window",
  "freeze",
  "room",
] as const;
export type WaitsFor = (typeof WAITS_FOR)[number];

/** What the sandbox found, by the version that a plugin comes from. */
export type Rehearsals = Readonly<Record<string, StagingReport>>;
