import { LIMITS } from "@/lib/platform/limits";
import type { AttemptCommand, AttemptFacts, AttemptState, Step } from "@/lib/rollout/attempt-state";
import { after, finish, isCommitConfirmed, needsPerson, provesOld, wait } from "@/lib/rollout/attempt-state";
import { stopReason } from "@/lib/rollout/before-dispatch";

/** Undoes a change that may be on the plugin; what cannot be undone by a command is left to a person. */
function undo(attempt: AttemptState, reason: string): Step {
  return isCommitConfirmed(attempt) ? { do: "revert", phase: "reverting", reason } : needsPerson(reason);
}

/** Created and not yet fetched: it can still be withdrawn without a trace. */
function pending(attempt: AttemptState, command: AttemptCommand, facts: AttemptFacts, now: Date): Step {
  const stop = stopReason(attempt, facts);
  if (stop) return finish("cancelled", stop, { isWithdrawn: true });
  if (now >= command.expiresAt) return finish("failed", "no beat fetched the command in time; nothing was changed", { isWithdrawn: true });
  return wait("dispatch", command.expiresAt, now, "waiting for a beat to fetch the command");
}

/**
 * The agent may have acted on it, and said nothing. After its expiry and a whole probation it either runs the old version,
 * which its beats prove, or nobody knows.
 */
function offered(attempt: AttemptState, command: AttemptCommand, facts: AttemptFacts, now: Date): Step {
  // A rollback that names it pre-empts it at the agent, whether it was begun, comes again or is never heard of.
  if (attempt.isCancelRequested && isCommitConfirmed(attempt)) return undo(attempt, "cancelled after the agent had fetched it");
  const settledAt = after(command.expiresAt, attempt.probationSeconds + LIMITS.attemptGraceSeconds);
  if (now < settledAt) return wait("dispatch", settledAt, now, "waiting for the agent to say that it is applied");
  const { lastReport } = facts;
  if (lastReport && lastReport.at >= command.expiresAt && provesOld(attempt, lastReport.runningVersion)) {
    return finish("failed", `the agent never applied it; ${lastReport.runningVersion} runs`);
  }
  return undo(attempt, "the agent fetched the command and never answered");
}

/** What an agent sees only when somebody stands between it and its vendor: that is for people to look at. */
const SAYS_ATTACK = /^refused:(tuf_(rollback|expired|mismatch|unsigned|malformed|too_long)\b|wrong_target$)/;

/** The agent says that it failed: what it restored by itself needs no second rollback. */
function failed(attempt: AttemptState, command: AttemptCommand): Step {
  const reason = command.result?.reason ?? "unknown";
  if (command.result?.rolledBack === true) return finish("rolled_back", `the agent restored the last good copy: ${reason}`);
  if (SAYS_ATTACK.test(reason)) return finish("failed", `the agent refused it: ${reason}`, { needsPerson: true });
  if (reason.startsWith("refused:")) return finish("failed", `the agent refused it: ${reason}`);
  if (provesOld(attempt, command.result?.runningVersion)) return finish("failed", `the agent failed before anything changed: ${reason}`);
  // It tried to go back and could not: the same order once more would be a second try of the same rollback (safety.md, case 17).
  return needsPerson(`the agent failed and could not restore: ${reason}`);
}

/** The agent says that it is done for good. */
function committed(attempt: AttemptState, command: AttemptCommand): Step {
  const running = command.result?.runningVersion ?? null;
  const isRight = attempt.toVersion === null || running === null || running === attempt.toVersion;
  if (!isRight) return undo(attempt, `the agent says done, but ${running} runs instead of ${attempt.toVersion}`);
  if (isCommitConfirmed(attempt) && !attempt.commitCommand) return undo(attempt, "the agent kept it without a commit");
  return finish("success", "the agent committed it");
}

/** applied: the new version runs on probation. Commit and rollback pass the kill switch, so it ends verified or reverted. */
function onProbation(attempt: AttemptState, facts: AttemptFacts, appliedAt: Date, now: Date): Step {
  if (attempt.isCancelRequested) return undo(attempt, "cancelled after it was applied");
  const deadline = after(appliedAt, attempt.probationSeconds);
  const graceEnd = after(deadline, LIMITS.attemptGraceSeconds);
  if (now >= graceEnd) return undo(attempt, "the agent's deadline passed without a commit and without its word");
  if (now >= deadline) return wait("probation", graceEnd, now, "the agent is restoring the last good copy by itself");

  const { verdict } = facts;
  if (!verdict) return wait("probation", after(now, LIMITS.attemptRecheckSeconds), now, "health could not be judged");
  if (verdict.decision === "rollback") return undo(attempt, verdict.reasons.join("; "));
  if (verdict.decision === "commit") return { do: "commit", phase: "committing" };
  if (verdict.until >= deadline) return undo(attempt, "the agent's deadline comes before there is enough evidence");
  return { ...wait("probation", verdict.until, now, verdict.reasons.join("; ")), isExtended: verdict.extend };
}

/** dispatch and probation: a command exists, and its status says how far the agent has come. */
export function afterDispatch(attempt: AttemptState, command: AttemptCommand, facts: AttemptFacts, now: Date): Step {
  switch (command.status) {
    case "pending":
      return pending(attempt, command, facts, now);
    case "offered":
      return offered(attempt, command, facts, now);
    case "applied":
      return isCommitConfirmed(attempt) && command.appliedAt
        ? onProbation(attempt, facts, command.appliedAt, now)
        : offered(attempt, command, facts, now);
    case "committed":
      return committed(attempt, command);
    case "failed":
      return failed(attempt, command);
    case "cancelled":
      if (command.offeredAt) return undo(attempt, "the command was cancelled after the agent had fetched it");
      return finish("cancelled", "the command was cancelled before the agent fetched it");
    case "expired":
      if (command.offeredAt) return offered(attempt, command, facts, now);
      return finish("failed", "no beat fetched the command in time; nothing was changed");
  }
}

/**
 * committing: a commit is under way. The agent's own deadline still runs, so silence past it means that the agent has gone
 * back. Bad news overtakes a commit that no beat has fetched yet; whoever calls the change back overtakes any.
 */
export function whileCommitting(
  attempt: AttemptState,
  commands: { readonly command: AttemptCommand; readonly commit: AttemptCommand },
  facts: AttemptFacts,
  now: Date,
): Step {
  const { command, commit } = commands;
  if (command.status === "failed") return failed(attempt, command);
  // Also after `committed`: the agent keeps what was before its last commit, and takes a rollback that names it.
  if (attempt.isCancelRequested) return undo(attempt, "cancelled while its commit was under way");
  if (command.status === "committed") return committed(attempt, command);
  if (commit.status === "pending" && facts.verdict?.decision === "rollback") return undo(attempt, facts.verdict.reasons.join("; "));
  if (["failed", "cancelled", "expired"].includes(commit.status)) return undo(attempt, `the commit was ${commit.status}`);
  const deadline = after(command.appliedAt ?? commit.createdAt, attempt.probationSeconds + LIMITS.attemptGraceSeconds);
  if (now >= deadline) return undo(attempt, "the agent never confirmed the commit");
  return wait("committing", deadline, now, "waiting for the agent to confirm the commit");
}
