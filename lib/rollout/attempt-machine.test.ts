import { describe, expect, test } from "vitest";
import { nextStep, statusOf } from "@/lib/rollout/attempt-machine";
import type { AttemptCommand, AttemptState, Step } from "@/lib/rollout/attempt-state";
import { probationSecondsFor } from "@/lib/rollout/probation-seconds";
import type { HealthVerdict } from "@/lib/rollout/types";
import { ATTEMPT_PHASES } from "@/lib/rollout/types";
import { ATTEMPT, FACTS, ordered } from "@/test/fixtures/attempt";
import { at } from "@/test/fixtures/beat";

const OFF = { killSwitch: false, safeMode: false, autoHealOff: [] };
const KILL = { switches: { ...OFF, killSwitch: true } };
const SAFE = { switches: { ...OFF, safeMode: true } };
const figures = { reports: 0, sent: 0, failed: 0, failRate: null, baselineFailRate: null, excess: null };
const COMMIT: HealthVerdict = { decision: "commit", inconclusive: false, reasons: ["fine"], figures };
const BAD: HealthVerdict = { decision: "rollback", isHarm: true, reasons: ["worse"], figures };
const hold = (until: Date, extend = false): HealthVerdict => ({ decision: "hold", until, extend, reasons: ["so far"], figures });
const result = (reason: string | null, rolledBack: boolean | null, runningVersion: string | null) => ({
  result: { reason, rolledBack, runningVersion },
});

const said = (step: Step) => (step.do === "finish" ? step.status : step.do);
const on = (attempt: Partial<AttemptState>, facts: Partial<typeof FACTS> = {}, now = at(10)) =>
  nextStep({ ...ATTEMPT, ...attempt }, { ...FACTS, ...facts }, now);
const applied = (changes: Partial<AttemptCommand> = {}) => ordered("applied", { appliedAt: at(0), ...changes });
const PASSED = { stagingReport: { passed: true } };

describe("before anything left Center", () => {
  test.each([
    ["a rehearsal comes first", {}, {}, "stage"],
    ["a worker that died rehearsing rehearses again", { phase: "staging" as const }, {}, "stage"],
    ["then the command", PASSED, {}, "dispatch"],
    ["no rehearsal where none is required", {}, { isStagingRequired: false }, "dispatch"],
    ["nor for a restart", { method: "restart" as const }, {}, "dispatch"],
    ["a failed rehearsal is the end", { stagingReport: { passed: false } }, {}, "failed"],
    ["even where none was required", { stagingReport: { passed: false } }, { isStagingRequired: false }, "failed"],
    ["the kill switch ends it", PASSED, KILL, "cancelled"],
    ["but not a rollback", { method: "rollback" as const }, KILL, "dispatch"],
    ["SAFE_MODE ends what Center started", PASSED, SAFE, "cancelled"],
    ["but not what a person ordered", { ...PASSED, isAutomatic: false }, SAFE, "dispatch"],
    ["a freeze or a closed hour ends what Center would install", PASSED, { isHeldByCalendar: true }, "cancelled"],
    ["but not what a person ordered", { ...PASSED, isAutomatic: false }, { isHeldByCalendar: true }, "dispatch"],
    ["nor a restart", { method: "restart" as const }, { isHeldByCalendar: true }, "dispatch"],
    ["nor a rollback", { method: "rollback" as const }, { isHeldByCalendar: true }, "dispatch"],
    ["unknown switches start nothing", PASSED, { switches: null }, "wait"],
    ["nobody is left to obey", PASSED, { isCutOff: true }, "cancelled"],
    ["a cancel ends it", { ...PASSED, isCancelRequested: true }, {}, "cancelled"],
    ["an expired plan is never sent", { ...PASSED, expiresAt: at(5) }, {}, "cancelled"],
    ["nor is what the agent could only refuse", { ...PASSED, lacksQuorum: true }, {}, "failed"],
    ["nor what its vendor has not signed", { ...PASSED, lacksVendor: true }, {}, "failed"],
  ] as const)("%s", (_, attempt, facts, expected) => expect(said(on(attempt, facts))).toBe(expected));
});

test.each([
  ["refused:tuf_rollback:timestamp", true],
  ["refused:tuf_unsigned:demo-pay", true],
  ["refused:wrong_target", true],
  ["refused:not_in_targets", false],
  ["refused:tuf_unavailable:root", false],
  ["refused:expired", false],
])("an agent that says %s needs a person: %s", (reason, isForPeople) => {
  const step = on({ phase: "dispatch", command: ordered("failed", result(reason, false, "1.2.2")) });
  expect(step).toMatchObject({ status: "failed", needsPerson: isForPeople });
});

test("what lacks its approvers' signatures is not rehearsed either, and people are told why", () => {
  const step = on({ lacksQuorum: true });
  expect(step).toMatchObject({ status: "failed", needsPerson: true, adviseSwitch: null, reason: expect.stringContaining("signatures") });
});

describe("a command exists", () => {
  test.each([
    ["it waits for a beat", ordered("pending"), {}, {}, 10, "wait"],
    ["no beat came in time", ordered("pending"), {}, {}, 1_800, "failed"],
    ["the kill switch withdraws it", ordered("pending"), {}, KILL, 10, "cancelled"],
    ["a plugin that was cut off will never fetch it", ordered("pending"), {}, { isCutOff: true }, 10, "cancelled"],
    ["a cancel withdraws it", ordered("pending"), { isCancelRequested: true }, {}, 10, "cancelled"],
    ["once fetched, the kill switch waits for its end", ordered("offered"), {}, KILL, 10, "wait"],
    ["a cancel goes after it", ordered("offered"), { isCancelRequested: true }, {}, 10, "revert"],
    ["but a restart cannot be taken back", ordered("offered"), { isCancelRequested: true, method: "restart" }, {}, 10, "wait"],
    ["fetched and never answered", ordered("offered"), {}, {}, 9_999, "revert"],
    ["refused by the agent", ordered("failed", result("refused:expired", false, "1.2.2")), {}, {}, 10, "failed"],
    ["failed before it changed anything", ordered("failed", result("download", false, "1.2.2")), {}, {}, 10, "failed"],
    ["failed and restored by the agent", ordered("failed", result("crash loop", true, "1.2.2")), {}, {}, 10, "rolled_back"],
    ["failed half way: a person, and no second try", ordered("failed", result("boot", false, "1.2.3")), {}, {}, 10, "failed"],
    ["failed, and nobody knows what runs", ordered("failed", result("boot", false, null)), {}, {}, 10, "failed"],
    ["withdrawn by the runbook in time", ordered("cancelled", { offeredAt: null }), {}, {}, 10, "cancelled"],
    ["cancelled by the runbook too late", ordered("cancelled"), {}, {}, 10, "revert"],
    ["expired without a beat", ordered("expired", { offeredAt: null }), {}, {}, 10, "failed"],
    ["kept without a commit", ordered("committed", result(null, null, "1.2.3")), {}, {}, 10, "revert"],
    [
      "a restart is done at once",
      ordered("committed", result(null, null, "1.2.2")),
      { method: "restart", toVersion: null },
      {},
      10,
      "success",
    ],
    [
      "a rollback that runs the wrong version",
      ordered("committed", result(null, null, "1.2.2")),
      { method: "rollback", toVersion: "1.2.1" },
      {},
      10,
      "failed",
    ],
  ] as const)("%s", (...[, command, attempt, facts, seconds, expected]) => {
    expect(said(on({ ...PASSED, phase: "dispatch", command, ...attempt }, facts, at(seconds)))).toBe(expected);
  });
  test("a beat that runs the old version after all that time proves that nothing happened", () => {
    const lastReport = { at: at(9_990), runningVersion: "1.2.2", isNewBoot: false };
    expect(on({ command: ordered("offered") }, { lastReport }, at(9_999))).toMatchObject({ status: "failed", needsPerson: false });
  });
  test("withdrawing says so, because the beat may be faster", () => {
    expect(on({ command: ordered("pending") }, KILL)).toMatchObject({ do: "finish", isWithdrawn: true });
  });
});

describe("on probation", () => {
  test.each([
    ["healthy", COMMIT, {}, 10, "commit"],
    ["healthy under the kill switch: a commit goes toward safety", COMMIT, KILL, 10, "commit"],
    ["sick", BAD, {}, 10, "revert"],
    ["sick under the kill switch", BAD, KILL, 10, "revert"],
    ["not sure yet", hold(at(90)), {}, 10, "wait"],
    ["never sure before the agent's deadline", hold(at(600)), {}, 10, "revert"],
    ["not judged", null, {}, 10, "wait"],
    ["healthy, but the agent's deadline has passed", COMMIT, {}, 180, "wait"],
    ["and it never said a word", COMMIT, {}, 240, "revert"],
  ] as const)("%s", (_, verdict, facts, seconds, expected) => {
    expect(said(on({ phase: "probation", command: applied() }, { verdict, ...facts }, at(seconds)))).toBe(expected);
  });
  test("a cancel reverts", () => expect(on({ command: applied(), isCancelRequested: true }, { verdict: COMMIT }).do).toBe("revert"));
  test("an extension is stored, and fits into the probation that was ordered for it", () => {
    const probationSeconds = probationSecondsFor(90);
    expect(on({ command: applied(), probationSeconds }, { verdict: hold(at(600), true) })).toMatchObject({
      do: "wait",
      until: at(600),
      isExtended: true,
    });
    expect(probationSecondsFor(3_600)).toBeGreaterThan(3_600);
  });
});

describe("committing", () => {
  const committing = { phase: "committing" as const, command: applied(), commitCommand: ordered("offered") };
  test.each([
    ["the agent confirms", { command: ordered("committed", result(null, null, "1.2.3")) }, {}, 10, "success"],
    ["it confirms another version", { command: ordered("committed", result(null, null, "1.2.2")) }, {}, 10, "revert"],
    ["it restored before the commit came", { command: ordered("failed", result("no commit", true, "1.2.2")) }, {}, 10, "rolled_back"],
    ["no word yet", {}, {}, 10, "wait"],
    ["no word by its deadline", {}, {}, 240, "revert"],
    ["the commit was refused", { commitCommand: ordered("failed") }, {}, 10, "revert"],
    ["cancelled before the commit was fetched", { commitCommand: ordered("pending"), isCancelRequested: true }, {}, 10, "revert"],
    ["cancelled once it was fetched", { isCancelRequested: true }, {}, 10, "revert"],
    [
      "cancelled, and the agent confirmed in between",
      { command: ordered("committed", result(null, null, "1.2.3")), isCancelRequested: true },
      {},
      10,
      "revert",
    ],
    [
      "cancelled, and the agent went back by itself in between",
      { command: ordered("failed", result("no commit", true, "1.2.2")), isCancelRequested: true },
      {},
      10,
      "rolled_back",
    ],
    ["bad news before the commit was fetched", { commitCommand: ordered("pending") }, { verdict: BAD }, 10, "revert"],
  ] as const)("%s", (_, attempt, facts, seconds, expected) =>
    expect(said(on({ ...committing, ...attempt }, facts, at(seconds)))).toBe(expected),
  );
});

describe("reverting", () => {
  const reverting = { phase: "reverting" as const, command: applied(), revertCommand: ordered("offered") };
  const EXPIRED = 1_860;
  /** The agent's own deadline (180 s after `applied`) and the grace in which it goes back. */
  const PAST_DEADLINE = 240;
  const old = (seconds: number, isNewBoot: boolean) => ({ lastReport: { at: at(seconds), runningVersion: "1.2.2", isNewBoot } });
  const unsaid = { command: ordered("offered") };
  test.each([
    ["confirmed", { revertCommand: ordered("committed", result(null, null, "1.2.2")) }, {}, 10, "rolled_back", false],
    ["confirmed, but something else runs", { revertCommand: ordered("committed", result(null, null, "1.2.3")) }, {}, 10, "failed", true],
    ["the agent was faster", { command: ordered("failed", result("no commit", true, "1.2.2")) }, {}, 10, "rolled_back", false],
    [
      "refused, since the old version runs",
      { revertCommand: ordered("failed", result("refused:ref", false, "1.2.2")) },
      {},
      10,
      "rolled_back",
      false,
    ],
    ["failed", { revertCommand: ordered("failed", result("disk", false, "1.2.3")) }, {}, 10, "failed", true],
    [
      "the agent could not go back: a person at once",
      { command: ordered("failed", result("boot", false, "1.2.3")) },
      {},
      10,
      "failed",
      true,
    ],
    ["the agent could not, and nothing answers", { command: ordered("failed", result("boot", false, "")) }, {}, 10, "failed", true],
    ["the agent had refused it", { command: ordered("failed", result("refused:busy", false, "")) }, {}, 10, "rolled_back", false],
    [
      "it failed before it changed anything",
      { command: ordered("failed", result("download", false, "1.2.2")) },
      {},
      10,
      "rolled_back",
      false,
    ],
    ["still within the agent's own deadline", {}, {}, PAST_DEADLINE - 1, "wait", false],
    ["never confirmed", {}, {}, PAST_DEADLINE, "failed", true],
    ["never confirmed, but a beat says so", {}, old(200, false), PAST_DEADLINE, "rolled_back", false],
    ["a beat of a new boot ends the waiting at once", {}, old(5, true), 10, "rolled_back", false],
    ["one of a boot from before may be a late one", {}, old(5, false), 10, "wait", false],
    ["a beat from before the order proves nothing", {}, old(-1, true), PAST_DEADLINE, "failed", true],
    [
      "ordered after the deadline: a grace from then on",
      { revertCommand: ordered("offered", { createdAt: at(300) }) },
      {},
      359,
      "wait",
      false,
    ],
    ["and no longer", { revertCommand: ordered("offered", { createdAt: at(300) }) }, {}, 360, "failed", true],
    ["never said applied: it may still begin", unsaid, old(5, true), EXPIRED - 1, "wait", false],
    ["until the order's own life is over", unsaid, {}, EXPIRED, "failed", true],
    [
      "an agent that had committed has no deadline",
      { command: ordered("committed", result(null, null, "1.2.3")) },
      {},
      EXPIRED - 1,
      "wait",
      false,
    ],
    ["a commit that raced it does not end it", { command: ordered("committed", result(null, null, "1.2.3")) }, {}, 10, "wait", false],
  ] as const)("%s", (...[, attempt, facts, seconds, expected, needsPerson]) => {
    const step = on({ ...reverting, ...attempt }, { ...KILL, ...facts }, at(seconds));
    expect(said(step)).toBe(expected);
    if (step.do === "finish") expect([step.needsPerson, step.adviseSwitch]).toEqual([needsPerson, needsPerson ? "safe_mode" : null]);
  });
});

test("done is final, whatever else is stored or wanted", () => {
  for (const command of [null, ordered("applied"), ordered("failed")]) {
    expect(on({ phase: "done", command, isCancelRequested: true }, { ...KILL, verdict: BAD }, at(99_999))).toEqual({
      do: "rest",
      phase: "done",
    });
  }
});

test("each phase has its status", () => {
  expect(ATTEMPT_PHASES.map((phase) => statusOf(phase, "success"))).toEqual(
    "pending staging applying verifying verifying verifying success".split(" "),
  );
  expect(() => statusOf("done")).toThrow(RangeError);
});
