import type { OrderType } from "@/lib/modules/types";
import type { Category, ProposalTarget } from "@/lib/policy/types";

/**
 * Where a heal action can be (docs/decisions/0017 says who moves it on, and what a crash leaves).
 *
 * proposed      decided, nothing ordered yet          verifying   obeyed; fresh beats have to show that it helped
 * snapshotting  what it needs before is under way     holding     a containment that stays until the incident is over
 * ordered       its order waits for the module        reverting   the way back is under way
 * running       the module has its order
 *
 * done, planned, cancelled, rolled_back and failed are ends; refused waits for a person or for policy to change.
 */
export const HEAL_STATES = [
  "proposed",
  "snapshotting",
  "ordered",
  "running",
  "verifying",
  "holding",
  "reverting",
  "done",
  "planned",
  "refused",
  "cancelled",
  "rolled_back",
  "failed",
] as const;
export type HealState = (typeof HEAL_STATES)[number];

/** Why something is taken back: it did not help, what it was for is over, or somebody wants it. */
export const REVERT_REASONS = ["unproven", "broke", "over", "person"] as const;
export type RevertReason = (typeof REVERT_REASONS)[number];

export type OrderParams = Readonly<Record<string, string | number | boolean | null>>;

/** One order of an action; `prepares` changes nothing, so that a crash or a refusal behind it leaves nothing to take back. */
export interface ActionOrder {
  readonly type: OrderType;
  readonly prepares: boolean;
}

/** How much a person has to confirm before it is done by hand (ui.md, Danger ladder). */
export type Danger = "D1" | "D2" | "D3";

/** One thing that Center can do about a module's incident. */
export interface HealActionEntry {
  readonly key: string;
  readonly level: 1 | 2 | 3;
  /** What policy is asked about. */
  readonly target: ProposalTarget;
  readonly category: Category;
  readonly danger: Danger;
  /** Given one after another; empty for what only people do. */
  readonly orders: readonly ActionOrder[];
  /** What takes it back; null where going back means nothing (what was derived anew, what was started again). */
  readonly undo: OrderType | null;
  /** Whether it only holds the harm off: it stays in force until the incident is over, and is then taken back. */
  readonly contains: boolean;
  /** The repair job that does it, where one does. */
  readonly job: string | null;
  /** Seconds before it may be done to the same module again. */
  readonly coolDownSeconds: number;
  /** How often within an hour to one module. */
  readonly perHour: number;
}

/** A check of a module's health, as its last beat told it. */
export interface CheckWord {
  readonly id: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What was wrong when an action was proposed: what has to be right again. */
export interface Baseline {
  /** Ids of the checks that failed. */
  readonly failing: readonly string[];
  /** Ids of the other checks that failed; missing where nobody asked. */
  readonly others?: readonly string[];
  /** Requests that failed, 0..1, over the last minutes in which the fault was there; null where there were none. */
  readonly errorShare: number | null;
}

/** How far it is shown that an action helped. */
export interface Verification {
  /** When the module had obeyed; only what was reported later counts. */
  readonly since: string;
  /** Beats told so far when verification began. */
  readonly beatsFrom: number;
  /** Beats told when the module was first seen to be right, without a bad one since; null while it is not. */
  readonly okFromBeats: number | null;
  readonly okSince: string | null;
}
