import type { Verdict } from "@/lib/modules/rules/types";
import type { Health } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import type { Baseline, Verification } from "../types";

/** What is known of a module and its incident after an action, read as late as possible. */
export interface CureFacts {
  /** The module's newest beat; null when it has never beaten. */
  readonly beat: {
    readonly at: Date;
    readonly beats: number;
    readonly status: Health["status"];
    readonly failing: readonly string[];
  } | null;
  /** Whether the module has taken on what a containment asked of it. */
  readonly isContained: boolean;
  /** Since when fresh signals say that the finding is gone; null while they do not. */
  readonly clearedAt: Date | null;
  /** What the static rule that names the incident says of signals since the action alone; null where a check or another source names it. */
  readonly measure: Verdict["is"] | null;
  /** Requests since the action that failed, 0..1, over whole minutes; null where there were none. */
  readonly errorShare: number | null;
}

/** How an action stands: shown to help, to hold the harm off, not shown within its time, or not yet. */
export type Cure =
  | { readonly verdict: "proven" | "contained" | "unproven"; readonly why: string; readonly verification: Verification }
  | { readonly verdict: "wait"; readonly verification: Verification };

/** How verification begins. @param beats  told so far */
export function beginVerification(at: Date, beats: number): Verification {
  return { since: at.toISOString(), beatsFrom: beats, okFromBeats: null, okSince: null };
}

/** Whether the newest beat shows the module right: what failed before is right again, or, for a containment, that it is in force. */
function looksRight(baseline: Baseline, facts: CureFacts, contains: boolean): boolean {
  const { beat } = facts;
  if (!beat || beat.status === "down") return false;
  if (contains) return facts.isContained;
  return baseline.failing.length > 0 ? baseline.failing.every((id) => !beat.failing.includes(id)) : beat.status === "ok";
}

/**
 * Whether the finding's own measure is back, by what was heard since the action alone: unknown is not. Where no static rule names it, what its
 * checks say weighs where they said it; else requests have to be seen to succeed.
 */
function isMeasureBack({ since }: Verification, baseline: Baseline, facts: CureFacts): boolean {
  if (facts.clearedAt !== null && facts.clearedAt.getTime() > Date.parse(since)) return true;
  if (facts.measure !== null) return facts.measure === "good";
  if (facts.errorShare === null) return baseline.failing.length > 0;
  return facts.errorShare <= LIMITS.healErrorShare;
}

function follow(before: Verification, facts: CureFacts, isRight: boolean, now: Date): Verification {
  const beats = facts.beat?.beats ?? 0;
  const isFresh = facts.beat !== null && beats > before.beatsFrom && facts.beat.at.getTime() > Date.parse(before.since);
  if (!isFresh) return before;
  if (!isRight) return before.okFromBeats === null ? before : { ...before, okFromBeats: null, okSince: null };
  return before.okFromBeats === null ? { ...before, okFromBeats: beats, okSince: now.toISOString() } : before;
}

/**
 * Judges whether an action helped, by what was reported after it and by nothing else: no report is never health (product.md #1).
 *
 * Proven: three fresh beats in a row that are right, half a minute of them, and the finding's own measure back. A containment has only
 * to be in force: the fault itself is still there. Pure.
 */
export function judgeCure(before: Verification, baseline: Baseline, facts: CureFacts, contains: boolean, now: Date): Cure {
  const isRight = looksRight(baseline, facts, contains);
  const verification = follow(before, facts, isRight, now);
  const { okFromBeats, okSince, since } = verification;
  const inARow = isRight && okFromBeats !== null && facts.beat ? facts.beat.beats - okFromBeats + 1 : 0;
  const isSettled = okSince !== null && now.getTime() - Date.parse(okSince) >= LIMITS.healCalmSeconds * 1_000;
  if (inARow >= LIMITS.healFreshBeats && contains) return { verdict: "contained", why: `in force over ${inARow} beats`, verification };
  if (inARow >= LIMITS.healFreshBeats && isSettled && isMeasureBack(before, baseline, facts)) {
    return { verdict: "proven", why: `${inARow} fresh beats are right, and its measure is back`, verification };
  }
  if (now.getTime() < Date.parse(since) + LIMITS.healWindowSeconds * 1_000) return { verdict: "wait", verification };
  const heard = (facts.beat?.beats ?? before.beatsFrom) > before.beatsFrom;
  const why = heard ? "what the module reports is not right again" : "nothing was heard from the module since";
  return { verdict: "unproven", why: `${why} within ${LIMITS.healWindowSeconds} s`, verification };
}
