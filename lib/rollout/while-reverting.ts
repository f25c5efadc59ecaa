import { LIMITS } from "@/lib/platform/limits";
import type { AttemptCommand, AttemptFacts, AttemptState, Step } from "@/lib/rollout/attempt-state";
import { after, finish, needsPerson, provesOld, wait } from "@/lib/rollout/attempt-state";

/** Whether a beat since the order says that the old version runs again. */
function isSaidByBeat(attempt: AttemptState, revert: AttemptCommand, { lastReport }: AttemptFacts): boolean {
  return lastReport !== null && lastReport.at > revert.createdAt && provesOld(attempt, lastReport.runningVersion);
}

/**
 * Whether a beat ends the waiting at once: the change was applied, so it cannot come after all, and the beat is of a boot that began since,
 * so it is no old one that a relay held back.
 */
function isProvenByBeat(attempt: AttemptState, revert: AttemptCommand, facts: AttemptFacts): boolean {
  const wasApplied = attempt.command !== null && attempt.command.appliedAt !== null;
  return wasApplied && facts.lastReport?.isNewBoot === true && isSaidByBeat(attempt, revert, facts);
}

/**
 * When nothing more can come: at the agent's own deadline it has gone back without being told. An agent that had committed has no such
 * deadline, and of one that never said `applied` nobody knows when it began: there the order's own life counts.
 */
function endOf({ command, probationSeconds }: AttemptState, revert: AttemptCommand): Date {
  if (!command?.appliedAt || command.status === "committed") return after(revert.expiresAt, LIMITS.attemptGraceSeconds);
  const deadline = after(command.appliedAt, probationSeconds);
  return after(new Date(Math.max(deadline.getTime(), revert.createdAt.getTime())), LIMITS.attemptGraceSeconds);
}

/**
 * reverting: exactly one rollback is ever sent. It is over when the agent confirms it, when the agent had restored by itself,
 * or when a signed beat proves the old version. Anything else ends with a person and a switch, never with another try
 * (safety.md, case 17).
 */
export function whileReverting(attempt: AttemptState, revert: AttemptCommand, facts: AttemptFacts, now: Date): Step {
  const { command } = attempt;
  const reported = revert.result?.runningVersion ?? null;
  if (revert.status === "committed") {
    const isBack = reported === null || reported === attempt.fromVersion;
    return isBack
      ? finish("rolled_back", "the agent confirmed the rollback")
      : needsPerson(`rolled back, but ${reported} runs instead of ${attempt.fromVersion}`);
  }
  if (command?.status === "failed") {
    const reason = command.result?.reason ?? "unknown";
    if (command.result?.rolledBack === true) return finish("rolled_back", "the agent had already restored the last good copy");
    if (reason.startsWith("refused:")) return finish("rolled_back", `the agent had refused the change: ${reason}`);
    if (provesOld(attempt, command.result?.runningVersion)) return finish("rolled_back", `nothing was changed: ${reason}`);
    return needsPerson(`the agent could not restore the last good copy: ${reason}`);
  }
  if (isProvenByBeat(attempt, revert, facts)) return finish("rolled_back", `beats prove that ${attempt.fromVersion} runs again`);
  const end = endOf(attempt, revert);
  const isOver = ["failed", "cancelled", "expired"].includes(revert.status) || now >= end;
  if (!isOver) return wait("reverting", end, now, "waiting for the agent to confirm the rollback");
  if (provesOld(attempt, reported)) return finish("rolled_back", `the agent could not roll back, and ${reported} runs already`);
  if (isSaidByBeat(attempt, revert, facts))
    return finish("rolled_back", `the rollback was not confirmed, but beats prove that ${attempt.fromVersion} runs`);
  return needsPerson(`the rollback was not confirmed: ${revert.result?.reason ?? revert.status}`);
}
