import { LIMITS } from "@/lib/platform/limits";
import type { GateWord } from "@/lib/policy/permit/module-permit";
import type { LastProof } from "./types";

/**
 * What the last proof of healing leaves to repairs (level 2): all of them while it is fresh, suggestions once it is stale. Level 1 is the cure and
 * does not ask.
 *
 * A new installation has no proof yet, and gets the time that the first one takes before its lack says anything. One where none ever began has no
 * worker that proves anything: that is not known to work, which is less than stale.
 */
export function proofGate({ provenAt, firstBeganAt }: LastProof, at: Date): GateWord {
  const ageMs = (since: Date) => at.getTime() - since.getTime();
  if (provenAt !== null) return ageMs(provenAt) <= LIMITS.healProofStaleSeconds * 1_000 ? "ok" : "suggest_only";
  if (firstBeganAt === null) return "unknown";
  return ageMs(firstBeganAt) <= LIMITS.healProofFirstSeconds * 1_000 ? "ok" : "suggest_only";
}
