import { expect, test } from "vitest";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { OPEN_POLICY } from "@/test/fixtures/permit-input";
import { decideHeal } from "../decide-heal";
import type { DecisionInput, PastAction } from "../decision-types";

const AT = "2026-01-01T12:00:00.000Z";
const ago = (seconds: number) => new Date(Date.parse(AT) - seconds * 1_000).toISOString();
const INPUT: DecisionInput = {
  at: AT,
  incident: { id: "i", tenantId: PLATFORM_TENANT, type: "data_invalid", severity: "high", codes: [], explain: "it is broken", episode: 0 },
  module: {
    ...{ key: "search", criticality: "standard", actions: ["restart", "degrade", "undegrade", "rollback_release"] },
    ...{ repairJobs: [], hasSnapshot: false, isReachable: true, mode: "normal", checks: [] },
  },
  history: [],
  onModule: { isBusy: false, begunLastHour: {}, lastEnded: {}, failures: 0, holding: [] },
  policy: OPEN_POLICY,
  switches: { killSwitch: false, safeMode: false, autoHealOff: [] },
};
const withIncident = (incident: Partial<DecisionInput["incident"]>, more: Partial<DecisionInput> = {}): DecisionInput => ({
  ...INPUT,
  incident: { ...INPUT.incident, ...incident },
  ...more,
});
const past = (action: string, state: PastAction["state"], endedSecondsAgo: number): PastAction => ({
  ...{ action, state, isBegun: true, episode: 0, heldSince: null },
  endedAt: ago(endedSecondsAgo),
});
const brief = (input: DecisionInput) => {
  const decision = decideHeal(input);
  return decision.do === "act" ? `act ${decision.action} ${decision.permit.kind}` : decision.do;
};

test.each([
  ["seen again since", ago(10), "act degrade auto"],
  ["not seen since", ago(900), "call"],
  ["nobody asked", undefined, "call"],
] as const)("a containment that was let go on trial is taken up again where the fault shows itself: %s", (_what, lastBadAt, expected) => {
  const incident = { type: "database_errors" as const, ...(lastBadAt === undefined ? {} : { lastBadAt }) };
  expect(brief(withIncident(incident, { history: [past("degrade", "done", 600)] }))).toBe(expected);
});

test.each(["slo_burn", "restore_stale"] as const)("a finding of %s cures nothing by itself, whatever else fails in its module", (type) => {
  const checks = [{ id: "totals", ok: false, detail: "ERR_INVOICE_SKEWED" }];
  expect(brief(withIncident({ type, codes: [] }, { module: { ...INPUT.module, checks } }))).toBe("call");
});

test.each<[string, Partial<DecisionInput["module"]>, Partial<DecisionInput["incident"]>, Record<string, string>, string]>([
  ["another version came a minute before", { versionSince: ago(120) }, { openedAt: ago(60) }, {}, "rollback_release"],
  ["it was first counted in the minute of the change", { versionSince: ago(60) }, { openedAt: ago(110) }, {}, "rollback_release"],
  ["no other version was ever heard", { versionSince: null }, { openedAt: ago(60) }, {}, "restart"],
  ["another version came only during the incident", { versionSince: ago(60) }, { openedAt: ago(600) }, {}, "restart"],
  ["the version has run for more than a day", { versionSince: ago(90_000) }, { openedAt: ago(60) }, {}, "restart"],
  ["it was gone back from already", { versionSince: ago(120) }, { openedAt: ago(60) }, { rollback_release: ago(100) }, "restart"],
  [
    "an older version was gone back from",
    { versionSince: ago(120) },
    { openedAt: ago(60) },
    { rollback_release: ago(500) },
    "rollback_release",
  ],
  ["it came back after another version came", { versionSince: ago(120) }, { openedAt: ago(900), episode: 1 }, {}, "rollback_release"],
  [
    "another version came a minute before it came back",
    { versionSince: ago(4_000) },
    { openedAt: ago(99_000), boutAt: ago(3_900), episode: 1 },
    {},
    "rollback_release",
  ],
  [
    "another version came only after it was back",
    { versionSince: ago(60) },
    { openedAt: ago(9_000), boutAt: ago(600), episode: 1 },
    {},
    "restart",
  ],
  ["decided before anybody asked", {}, {}, {}, "rollback_release"],
])("a release is gone back from only where one came: %s", (_what, module, incident, lastEnded, action) => {
  const input = withIncident(
    { type: "error_spike", ...incident },
    { module: { ...INPUT.module, ...module }, onModule: { ...INPUT.onModule, lastEnded } },
  );
  expect(brief(input)).toBe(`act ${action} auto`);
});

test.each([
  ["for the same cause, it is left time", ["ERR_QUEUE_FULL"], "rest"],
  ["for another cause than the one that is there now, it is no reason to wait", ["ERR_SCHEDULER_DEAD"], "act restart auto"],
] as const)("a containment is in force since a minute: %s", (_what, codes, expected) => {
  const held: PastAction = { action: "degrade", state: "holding", isBegun: true, episode: 0, endedAt: null, heldSince: ago(60) };
  const onModule = { ...INPUT.onModule, holding: ["degrade"] };
  expect(brief(withIncident({ type: "silence", codes }, { history: [held], onModule }))).toBe(expected);
});

test.each([
  ["it helped a minute ago, so that its finding is left time to go", 60, "rest"],
  ["it helped long ago, and its finding is still there", 600, "act restart auto"],
] as const)("a release was gone back from: %s", (_what, secondsAgo, expected) => {
  const module = { ...INPUT.module, versionSince: ago(secondsAgo + 30) };
  const onModule = { ...INPUT.onModule, lastEnded: { rollback_release: ago(secondsAgo) } };
  const history = [past("rollback_release", "done", secondsAgo)];
  expect(brief(withIncident({ type: "error_spike", openedAt: ago(secondsAgo + 40) }, { history, module, onModule }))).toBe(expected);
});
