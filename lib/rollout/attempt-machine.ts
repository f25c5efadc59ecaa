import { afterDispatch, whileCommitting } from "@/lib/rollout/after-dispatch";
import type { AttemptFacts, AttemptState, FinalStatus, Step } from "@/lib/rollout/attempt-state";
import { beforeDispatch } from "@/lib/rollout/before-dispatch";
import type { AttemptPhase, AttemptStatus } from "@/lib/rollout/types";
import { whileReverting } from "@/lib/rollout/while-reverting";

/*
 * The life of one attempt. The worker loads what is stored, asks `nextStep`, does that one step in one transaction guarded by
 * its lease's fencing token, and asks again. The step is derived from what exists (report, command, commit, revert), never
 * from the phase alone, so that a worker that takes over after a crash decides exactly as the one that died.
 *
 * phase       status     who moves it on                               a crash before the step is stored leaves
 * ----------  ---------  --------------------------------------------  --------------------------------------------------------
 * queued      pending    worker: stage or dispatch; switch or person:  nothing: the next worker decides the same
 *                        cancelled
 * staging     staging    sandbox: report; failed report: failed        no report: it rehearses again, which changes nothing
 * dispatch    applying   beat: fetches the command; agent: applied,    command and phase are stored together, so it exists once
 *                        committed or failed; no beat: failed          or not at all; a beat may fetch it at any moment
 * probation   verifying  judge: commit or revert; agent: failed and    the agent's deadline runs on: without a worker for that
 *                        restored by itself; person: revert            long it restores the last good copy by itself
 * committing  verifying  agent: committed -> success; silence past     commit and phase are stored together; until the agent
 *                        its deadline, or a person: revert             confirms it is not a success
 * reverting   verifying  agent: confirms, or its beats prove the old   revert and phase are stored together: there is never a
 *                        version -> rolled_back; else a person         second one
 * done        success, failed, rolled_back or cancelled                nothing: it is final
 *
 * The kill switch and a cancel end everything up to a command that no beat has fetched. From there on the attempt ends applied
 * and verified, or reverted, or with a person told that neither could be proven: never half.
 */

const STATUS_OF: Readonly<Record<Exclude<AttemptPhase, "done">, AttemptStatus>> = {
  queued: "pending",
  staging: "staging",
  dispatch: "applying",
  probation: "verifying",
  committing: "verifying",
  reverting: "verifying",
};

/** The public status of a phase; a finished attempt has the status of its end. */
export function statusOf(phase: AttemptPhase, end: FinalStatus | null = null): AttemptStatus {
  if (phase !== "done") return STATUS_OF[phase];
  if (end === null) throw new RangeError("a finished attempt has an end");
  return end;
}

/**
 * Decides what the worker does next with an attempt.
 *
 * Pure: storing, signing and sending are the caller's, each guarded so that a step taken twice has one effect.
 *
 * @param facts  read as late as possible; unknown switches start nothing, an unknown verdict is no health
 * @returns exactly one step; `rest` for ever once the attempt is done
 */
export function nextStep(attempt: AttemptState, facts: AttemptFacts, now: Date): Step {
  if (attempt.phase === "done") return { do: "rest", phase: "done" };
  const { command, commitCommand, revertCommand } = attempt;
  if (revertCommand) return whileReverting(attempt, revertCommand, facts, now);
  if (!command) return beforeDispatch(attempt, facts, now);
  if (commitCommand) return whileCommitting(attempt, { command, commit: commitCommand }, facts, now);
  return afterDispatch(attempt, command, facts, now);
}
