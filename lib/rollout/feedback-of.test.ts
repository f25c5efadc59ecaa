import { expect, test } from "vitest";
import type { AttemptEnd } from "@/lib/rollout/feedback-of";
import { feedbackOf } from "@/lib/rollout/feedback-of";
import type { Outcome } from "@/lib/sira/outcomes";

const HEALED: AttemptEnd = {
  status: "success",
  wasApplied: true,
  stagingPassed: true,
  revertedFor: null,
  isInconclusive: false,
  isStillSick: false,
  hasRecurred: false,
  hasConfigurationDrifted: false,
};

const TRUTH: readonly [string, Partial<AttemptEnd>, Outcome][] = [
  ["healed for good", {}, "fixed"],
  ["healed, and it came back", { hasRecurred: true }, "recurred"],
  ["kept, and still sick", { isStillSick: true }, "not_fixed"],
  ["kept, still sick, and it came back", { isStillSick: true, hasRecurred: true }, "recurred"],
  ["kept without traffic", { isInconclusive: true }, "inconclusive"],
  ["kept, and nobody could see", { isStillSick: null }, "inconclusive"],
  ["rolled back because it did harm", { status: "rolled_back", revertedFor: "worse" }, "made_worse"],
  ["restored by the agent after crashes", { status: "rolled_back", revertedFor: "crash" }, "made_worse"],
  ["rolled back for want of reports", { status: "rolled_back", revertedFor: "no_evidence" }, "inconclusive"],
  ["rolled back because somebody wanted it", { status: "rolled_back", revertedFor: "cancelled" }, "inconclusive"],
  ["the rehearsal failed", { status: "failed", wasApplied: false, stagingPassed: false }, "not_fixed"],
  ["the agent refused", { status: "failed", wasApplied: false }, "inconclusive"],
  ["stopped by a switch", { status: "cancelled", wasApplied: false }, "inconclusive"],
  ["healed, but somebody changed the configuration", { hasConfigurationDrifted: true }, "inconclusive"],
];

test.each(TRUTH)("%s", (_, end, outcome) => expect(feedbackOf({ ...HEALED, ...end })).toBe(outcome));
