import type { FinalStatus } from "@/lib/rollout/attempt-state";
import type { Outcome } from "@/lib/sira/outcomes";

/** How an attempt ended, and what was seen of the incident afterwards. */
export interface AttemptEnd {
  readonly status: FinalStatus;
  /** Whether the change ever ran at the plugin. */
  readonly wasApplied: boolean;
  /** False when a rehearsal failed; null when there was none. */
  readonly stagingPassed: boolean | null;
  /**
   * Why it went back: the judge or the agent saw it do harm (`worse`, `crash`), or nothing was proven (`no_evidence`),
   * or somebody wanted it back (`cancelled`). Null when it did not go back.
   */
  readonly revertedFor: "worse" | "crash" | "no_evidence" | "cancelled" | null;
  /** The judge committed it without having seen traffic. */
  readonly isInconclusive: boolean;
  /** Whether findings of the incident's cause were still there when the attempt ended; null when nobody could see. */
  readonly isStillSick: boolean | null;
  /** The same cause came back within the watch that started with the success. */
  readonly hasRecurred: boolean;
  /** Somebody changed the plugin's configuration meanwhile: what happened cannot be credited to the attempt. */
  readonly hasConfigurationDrifted: boolean;
}

/**
 * The label that SIRA learns from (sira.md, Decision). A success that recurs was none, and what nobody could see is
 * inconclusive rather than good.
 */
export function feedbackOf(end: AttemptEnd): Outcome {
  if (end.hasConfigurationDrifted) return "inconclusive";
  switch (end.status) {
    case "cancelled":
      return "inconclusive";
    case "failed":
      return end.stagingPassed === false ? "not_fixed" : "inconclusive";
    case "rolled_back":
      return end.wasApplied && (end.revertedFor === "worse" || end.revertedFor === "crash") ? "made_worse" : "inconclusive";
    case "success":
      if (end.hasRecurred) return "recurred";
      if (end.isStillSick === true) return "not_fixed";
      return end.isInconclusive || end.isStillSick === null ? "inconclusive" : "fixed";
  }
}
