import { LIMITS } from "@/lib/platform/limits";
import { isHeldByCalendars } from "@/lib/policy/calendar/held-by-calendars";
import type { AttemptFacts, AttemptState, Finish, Step } from "@/lib/rollout/attempt-state";
import { after, finish, isCommitConfirmed, wait } from "@/lib/rollout/attempt-state";

/** Why nothing new may start now, or null. A rollback goes toward safety, so no switch stops it. */
export function stopReason(attempt: AttemptState, { switches, isCutOff, isHeldByCalendar }: AttemptFacts): string | null {
  if (attempt.isCancelRequested) return "cancelled before it reached the plugin";
  if (isCutOff) return "the plugin was cut off before it fetched anything";
  if (attempt.method === "rollback") return null;
  if (switches?.killSwitch) return "the kill switch was turned on";
  if (switches?.safeMode && attempt.isAutomatic) return "SAFE_MODE was turned on";
  if (attempt.isAutomatic && switches?.autoHealOff.includes(attempt.category))
    return `automatic healing of ${attempt.category} was switched off`;
  if (isHeldByCalendar && isHeldByCalendars({ type: attempt.method, isAutomatic: attempt.isAutomatic }))
    return "a freeze or the merchant's hours let no change begin";
  return null;
}

/** The end of an attempt whose rehearsal failed, or null. */
function stagingFailure({ stagingReport }: AttemptState): Finish | null {
  return stagingReport && !stagingReport.passed ? finish("failed", "the rehearsal in the sandbox failed; nothing was sent") : null;
}

/** queued and staging: nothing has left Center yet, so stopping costs nothing. */
export function beforeDispatch(attempt: AttemptState, facts: AttemptFacts, now: Date): Step {
  const stop = stopReason(attempt, facts);
  if (stop) return finish("cancelled", stop);
  if (now >= attempt.expiresAt) return finish("cancelled", "the plan expired before it was sent");
  if (attempt.lacksQuorum) {
    const why = "the agent takes this only with approvers' own signatures, and there are too few: nothing was sent";
    return finish("failed", why, { needsPerson: true });
  }
  if (attempt.lacksVendor) {
    const why = "its vendor has not signed this version, and the agent takes nothing else: nothing was sent";
    return finish("failed", why, { needsPerson: true });
  }
  const failed = stagingFailure(attempt);
  if (failed) return failed;
  if (!facts.switches && attempt.method !== "rollback") {
    return wait(attempt.phase, after(now, LIMITS.attemptRecheckSeconds), now, "switches could not be read: nothing starts");
  }
  const needsRehearsal = facts.isStagingRequired && isCommitConfirmed(attempt) && !attempt.stagingReport;
  return needsRehearsal ? { do: "stage", phase: "staging" } : { do: "dispatch", phase: "dispatch" };
}
