import type { HealthVerdict } from "@/lib/rollout/types";

/** How an agent words that it went back by itself. */
const BY_ITSELF = "restored the last good copy";
/** It did so because no commit reached it in time: that is about the line between it and Center. */
const WITHOUT_COMMIT = /no_commit|deadline/;

/**
 * Whether an attempt that was rolled back says nothing of its release: the verdict over it found evidence missing and no harm, or found
 * it healthy, and only the confirmation never arrived. A shop that went silent, crashed or got worse says a lot.
 *
 * Where nothing was judged before the agent's own deadline, Center was away or deaf: whoever is heard is judged at the window's end, long before it.
 *
 * @param verdict  the last one that was stored; null, or one without `isHarm`, counts as harm where Center ordered the way back
 */
export function saysNothing(verdict: HealthVerdict | null, endReason: string): boolean {
  if (verdict?.decision === "rollback") return verdict.isHarm === false;
  if (verdict?.decision !== "commit") return endReason.includes(BY_ITSELF) && WITHOUT_COMMIT.test(endReason);
  return !endReason.includes(BY_ITSELF) || WITHOUT_COMMIT.test(endReason);
}
