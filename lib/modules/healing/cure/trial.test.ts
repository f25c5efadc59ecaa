import { expect, test } from "vitest";
import { actionNamed } from "../catalogue";
import type { HealAction, HealFacts } from "../heal-facts";
import { nextStep } from "../next-step";

const at = (seconds: number) => new Date(Date.parse("2026-01-01T00:00:00Z") + seconds * 1_000);
const HELD: HealAction = {
  ...{ state: "holding", entry: actionNamed("degrade"), step: 0, tries: 0, hasEffect: true, verification: null, revertWhy: null },
  ...{ baseline: { failing: ["whole"], errorShare: 0.5 }, isApproved: false, stateSince: at(0) },
};
const cure = {
  beat: { at: at(299), beats: 60, status: "ok" as const, failing: [] as string[] },
  ...{ isContained: true, clearedAt: null, measure: null, errorShare: null },
};
const QUIET: HealFacts = {
  ...{ switches: { killSwitch: false, safeMode: false, autoHealOff: [] }, order: null, isIncidentOver: false, lastBadAt: at(60) },
  ...{ otherBadAt: null, isModuleBusy: false, trial: { canRetake: true, earlier: 0 }, cure },
};

test.each<[string, Partial<HealAction>, Partial<HealFacts>, string]>([
  ["nothing bad was seen for long", {}, {}, "revert"],
  ["something bad was seen a minute ago", {}, { lastBadAt: at(240) }, "wait"],
  ["it is in force for a minute only", { stateSince: at(240) }, {}, "wait"],
  ["what failed still fails", {}, { cure: { ...cure, beat: { ...cure.beat, failing: ["whole"] } } }, "wait"],
  ["the module is not heard", {}, { cure: { ...cure, beat: { ...cure.beat, at: at(200) } } }, "wait"],
  ["another incident of the module is open, of which something bad was seen a minute ago", {}, { otherBadAt: at(240) }, "wait"],
  ["another incident of the module is open, and nothing bad was seen of it either", {}, { otherBadAt: at(60) }, "revert"],
  ["it is over, another one is open and was seen a minute ago", {}, { isIncidentOver: true, otherBadAt: at(240) }, "wait"],
  ["it is over, another one is open that this very containment keeps silent", {}, { isIncidentOver: true, otherBadAt: at(60) }, "revert"],
  ["another action is at work on the module", {}, { isModuleBusy: true }, "wait"],
  ["it could not be taken up again", {}, { trial: { canRetake: false, earlier: 0 } }, "wait"],
  ["it was let go once before: twice as long a calm", {}, { trial: { canRetake: true, earlier: 1 } }, "revert"],
  ["it was let go twice before", {}, { trial: { canRetake: true, earlier: 2 } }, "wait"],
  ["the kill switch is on", {}, { switches: { killSwitch: true, safeMode: false, autoHealOff: [] } }, "wait"],
])("a containment whose incident is still open: %s", (_what, action, facts, expected) => {
  expect(nextStep({ ...HELD, ...action }, { ...QUIET, ...facts }, at(300)).do).toBe(expected);
});
