import { LIMITS } from "@/lib/platform/limits";
import type { AttemptCommand, AttemptFacts, AttemptState, Step } from "@/lib/rollout/attempt-state";
import { after, finish, needsPerson, provesOld, wait } from "@/lib/rollout/attempt-state";

/** Whether a beat since the order proves that the old version runs again. */
function isProvenByBeat(attempt: AttemptState, revert: AttemptCommand, { lastReport }: AttemptFacts): boolean {
  return lastReport !== null && lastReport.at > revert.createdAt && provesOld(attempt, lastReport.runningVersion);
}

/**
 * reverting: exactly one rollback is ever sent. It is over when the agent confirms it, when the agent had restored by itself,
 * or when a signed beat proves the old version. Anything else ends with a person and a switch, never with another try
 * (safety.md, case 17).
 */
export function whileReverting(attempt: AttemptState, revert: AttemptCommand, facts: AttemptFacts, now: Date): Step {
  const reported = revert.result?.runningVersion ?? null;
  if (revert.status === "committed") {
    const isBack = reported === null || reported === attempt.fromVersion;
    return isBack
      ? finish("rolled_back", "the agent confirmed the rollback")
      : needsPerson(`rolled back, but ${reported} runs instead of ${attempt.fromVersion}`);
  }
  if (attempt.command?.status === "failed" && attempt.command.result?.rolledBack === true) {
    return finish("rolled_back", "the agent had already restored the last good copy");
  }
  const isOver = ["failed", "cancelled", "expired"].includes(revert.status) || now >= after(revert.expiresAt, LIMITS.attemptGraceSeconds);
  if (!isOver)
    return wait("reverting", after(revert.expiresAt, LIMITS.attemptGraceSeconds), now, "waiting for the agent to confirm the rollback");
  if (provesOld(attempt, reported)) return finish("rolled_back", `the agent could not roll back, and ${reported} runs already`);
  if (isProvenByBeat(attempt, revert, facts))
    return finish("rolled_back", `the rollback was not confirmed, but beats prove that ${attempt.fromVersion} runs`);
  return needsPerson(`the rollback was not confirmed: ${revert.result?.reason ?? revert.status}`);
}
