import { type Impact, quorumFor } from "@/lib/delivery/quorum/quorum-for";
import { compareVersions, isMajorChange } from "@/lib/kernel/semver";
import { LIMITS } from "@/lib/platform/limits";
import type { MemberState, WaitsFor } from "@/lib/rollout/waves/rollout-types";

/** One plugin of a rollout as it is now. */
export interface MemberFacts {
  readonly isCutOff: boolean;
  readonly runningVersion: string;
  readonly diskVersion: string;
  readonly lastSeen: Date;
  readonly capabilities: readonly string[];
  /** Of the payments of everybody who runs this plugin, 0..1. */
  readonly paymentShare: number;
  readonly attemptsToday: number;
  /** Another change is under way on it: one at a time. */
  readonly isBusy: boolean;
  /** Whether the rehearsal from its version failed. */
  readonly isRehearsalFailed: boolean;
  /** When what was tried on it in vain ended, and how often that was. */
  readonly tried: { readonly at: Date; readonly times: number } | null;
  /** What holds it now and passes by itself. */
  readonly heldBy: WaitsFor | null;
}

/** What policy says of the fleet's members. */
export interface MemberPolicy {
  readonly version: string;
  /** How much the release weighs. */
  readonly impact: Impact;
  readonly attemptsPerDay: number;
  readonly now: Date;
}

/**
 * start   its attempt may begin
 * wait    not now; `for` says what of, or null where it is merely busy or silent; `why` what is said of it once nobody waits for it any more
 * settle  it is not for a rollout, or has the release already
 */
export type MemberVerdict =
  | { readonly do: "start" }
  | { readonly do: "wait"; readonly for: WaitsFor | null; readonly why: string }
  | { readonly do: "settle"; readonly state: MemberState; readonly why: string };

/** What holds one shop and nobody else, in words. */
const HELD_BY: Partial<Readonly<Record<WaitsFor, string>>> = {
  freeze: "a freeze",
  window: "its merchant's hours",
  kill_switch: "the kill switch at its merchant",
  safe_mode: "SAFE_MODE, or a switch of automatic healing, at its merchant",
  switches_unknown: "switches that could not be read",
};

const settle = (state: MemberState, why: string): MemberVerdict => ({ do: "settle", state, why });

/** What showed nothing a moment ago would show nothing again at once. */
function retryAtMs({ at, times }: NonNullable<MemberFacts["tried"]>): number {
  return at.getTime() + LIMITS.rolloutBackOffSeconds * 1_000 * 2 ** (times - 1);
}

/** Whether the attempt of a planned member may begin now. */
export function memberGate(member: MemberFacts, { version, impact, attemptsPerDay, now }: MemberPolicy): MemberVerdict {
  if (member.isCutOff) return settle("left_out", "the plugin is revoked, or its merchant disabled");
  if (member.isBusy) return { do: "wait", for: null, why: "another change is under way on it" };
  if (member.runningVersion === version && member.diskVersion === version) return settle("proven", "it has this version already");
  if (compareVersions(member.diskVersion, version) >= 0) return settle("left_out", `${member.diskVersion} is no older version`);
  if (!["update", "rollback"].every((name) => member.capabilities.includes(name)))
    return settle("left_out", "its agent cannot update and go back by a command");
  if (isMajorChange(member.diskVersion, version)) return settle("left_out", "a major version needs signatures over this shop's own plan");
  const wants = quorumFor(member.capabilities);
  if (wants === "all" || (wants === "high_impact" && impact === "high"))
    return settle("left_out", "its merchant has its agent take this only with signatures over this shop's own plan");
  if (!(member.paymentShare < LIMITS.rolloutPaymentShare))
    return settle("left_out", "it carries so much of the payments that its own plan needs signatures");
  if (member.isRehearsalFailed) return settle("left_out", `the way from ${member.diskVersion} failed its rehearsal`);
  if (now.getTime() - member.lastSeen.getTime() > LIMITS.rolloutSilentSeconds * 1_000)
    return { do: "wait", for: null, why: `it has not been heard since ${member.lastSeen.toISOString()}` };
  if (member.tried && now.getTime() < retryAtMs(member.tried)) return { do: "wait", for: "attempts", why: "it was tried a moment ago" };
  if (member.heldBy) return { do: "wait", for: member.heldBy, why: `it is held by ${HELD_BY[member.heldBy] ?? member.heldBy}` };
  return member.attemptsToday < attemptsPerDay ? { do: "start" } : { do: "wait", for: null, why: "its attempts of a day are used up" };
}

/** How an attempt of a rollout ended. */
export interface MemberEnd {
  readonly status: "success" | "failed" | "rolled_back" | "cancelled";
  readonly reason: string;
  /** The agent's own word where it would not take the order; null where it took it, or said nothing. */
  readonly refusal: string | null;
  readonly needsPerson: boolean;
  /** A person, a switch or a recall wanted it gone: no word about the release. */
  readonly isCalledBack: boolean;
  /** No beat ever fetched it. */
  readonly isUnfetched: boolean;
  /** It went back for evidence that was missing, and nothing spoke against the release. */
  readonly isUnproven: boolean;
  readonly tries: number;
}

/** What becomes of a member when its attempt has ended; what says nothing of the release is tried again a few times. */
export function settleMember({ status, reason, refusal, needsPerson, isCalledBack, isUnfetched, isUnproven, tries }: MemberEnd): {
  readonly state: MemberState;
  readonly why: string | null;
} {
  if (status === "success") return { state: "proven", why: null };
  if (refusal !== null) return { state: "refused", why: refusal };
  // What never left Center changed nothing there, whoever has to look at it.
  if (needsPerson && isUnfetched) return { state: "failed", why: `needs a person: ${reason}` };
  if (needsPerson) return { state: "rolled_back", why: `needs a person: ${reason}` };
  if (isCalledBack || isUnfetched || isUnproven || status === "cancelled")
    return tries < LIMITS.rolloutTries ? { state: "planned", why: reason } : { state: "failed", why: reason };
  return status === "rolled_back" ? { state: "rolled_back", why: reason } : { state: "failed", why: reason };
}
