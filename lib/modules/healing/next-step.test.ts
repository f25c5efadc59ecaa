import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { healTargets, isEnd } from "./action-table";
import { actionNamed, CATALOGUE } from "./catalogue";
import { beginVerification } from "./cure/judge-cure";
import type { HealAction, HealFacts, HealStep, OrderFact } from "./heal-facts";
import { nextStep } from "./next-step";
import { orderOfRun, type RunWord } from "./order-of-run";

const START = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number) => new Date(START + seconds * 1_000);
const OPEN = { killSwitch: false, safeMode: false, autoHealOff: [] };
const ORDER: OrderFact = { status: "queued", expiresAt: at(120), finishedAt: null, word: null, detail: "" };
const BEAT = { at: at(0), beats: 10, status: "degraded" as const, failing: ["whole"] };
const ACTION: HealAction = {
  state: "proposed",
  entry: actionNamed("purge_cache"),
  step: 0,
  tries: 0,
  hasEffect: false,
  baseline: { failing: ["whole"], errorShare: 0.5 },
  verification: null,
  revertWhy: null,
  isApproved: false,
  stateSince: at(0),
};
const FACTS: HealFacts = {
  switches: OPEN,
  order: ORDER,
  isIncidentOver: false,
  lastBadAt: at(0),
  otherBadAt: null,
  isModuleBusy: false,
  trial: { canRetake: true, earlier: 0 },
  cure: { beat: BEAT, isContained: false, clearedAt: null, measure: null, errorShare: null },
};
const brief = (step: HealStep): string => {
  if (step.do === "order") return `order ${step.order.type} -> ${step.to}`;
  if (step.do === "revert") return `revert ${step.why} ${step.tries}`;
  return step.do === "move" ? `${step.event} -> ${step.to}` : step.do;
};
const degrade = actionNamed("degrade");
const repair = actionNamed("repair_reconcile_invoices");
const verification = { ...beginVerification(at(0), 10), okFromBeats: 11, okSince: at(5).toISOString() };
const right = {
  beat: { at: at(40), beats: 14, status: "ok" as const, failing: [] },
  ...{ isContained: false, clearedAt: null, measure: null, errorShare: null },
};

const STUCK: RunWord = {
  ...{ status: "failed", needsTwo: false, error: "two rows are left", errorCode: "ERR_REPAIR_STUCK", until: at(900), finishedAt: at(9) },
};

describe("one step", () => {
  type Row = [string, Partial<HealAction>, Partial<HealFacts>, string];
  test.each<Row>([
    ["proposed: its order", {}, {}, "order purge_cache -> ordered"],
    ["proposed: what is saved before comes first", { entry: repair }, {}, "order repair_dry_run -> snapshotting"],
    ["proposed, and the switch is on", {}, { switches: { ...OPEN, killSwitch: true } }, "cancel -> cancelled"],
    ["proposed, and switches are unknown", {}, { switches: null }, "cancel -> cancelled"],
    ["proposed by a person in SAFE_MODE", { isApproved: true }, { switches: { ...OPEN, safeMode: true } }, "order purge_cache -> ordered"],
    ["proposed, and it is over by itself", {}, { isIncidentOver: true }, "cancel -> cancelled"],
    ["proposed, and it could not be begun for a quarter of an hour", { stateSince: at(-881) }, {}, "broke -> failed"],
    ["the dry run is under way", { state: "snapshotting", entry: repair }, {}, "wait"],
    [
      "the dry run is done",
      { state: "snapshotting", entry: repair },
      { order: { ...ORDER, status: "done" } },
      "order repair_apply -> ordered",
    ],
    [
      "the dry run failed",
      { state: "snapshotting", entry: repair },
      { order: { ...ORDER, status: "failed", word: "failed" } },
      "broke -> failed",
    ],
    [
      "two people have to agree: a plan",
      { state: "snapshotting", entry: repair },
      { order: { ...ORDER, status: "done", isForPeople: true } },
      "plan_written -> planned",
    ],
    [
      "the repair is being applied already, whatever became of incident and switches: it is gone on with",
      { state: "snapshotting", entry: repair },
      { order: { ...ORDER, status: "done", isUnderWay: true }, isIncidentOver: true, switches: { ...OPEN, killSwitch: true } },
      "order repair_apply -> ordered",
    ],
    ["ordered, not fetched", { state: "ordered" }, {}, "wait"],
    ["ordered, not fetched, switch thrown", { state: "ordered" }, { switches: { ...OPEN, autoHealOff: ["DATA"] } }, "cancel -> cancelled"],
    ["ordered, fetched", { state: "ordered" }, { order: { ...ORDER, status: "offered" } }, "taken -> running"],
    [
      "fetched, switch thrown: it ends",
      { state: "running" },
      { order: { ...ORDER, status: "offered" }, switches: { ...OPEN, killSwitch: true } },
      "wait",
    ],
    ["done", { state: "running" }, { order: { ...ORDER, status: "done", finishedAt: at(3) } }, "obeyed -> verifying"],
    [
      "refused by the module: nothing happened",
      { state: "running", entry: degrade },
      { order: { ...ORDER, status: "failed", word: "refused" } },
      "broke -> failed",
    ],
    [
      "failed midway: taken back",
      { state: "running", entry: degrade },
      { order: { ...ORDER, status: "failed", word: "failed" } },
      "revert broke 0",
    ],
    [
      "failed, and there is no way back",
      { state: "running" },
      { order: { ...ORDER, status: "failed", word: "failed" } },
      "broke -> failed",
    ],
    ["never fetched", { state: "ordered", entry: degrade }, { order: { ...ORDER, expiresAt: at(-1) } }, "broke -> failed"],
    ["failed before it was seen as fetched", { state: "ordered" }, { order: { ...ORDER, status: "failed" } }, "taken -> running"],
    [
      "fetched and never answered",
      { state: "running", entry: degrade },
      { order: { ...ORDER, status: "offered", expiresAt: at(-121) } },
      "revert broke 0",
    ],
    ["proven", { state: "verifying", verification }, { cure: right }, "proven -> done"],
    ["right, but its requests still fail", { state: "verifying", verification }, { cure: { ...right, errorShare: 0.4 } }, "wait"],
    ["two beats are not three", { state: "verifying", verification: { ...verification, okFromBeats: 13 } }, { cure: right }, "wait"],
    ["a first good beat is remembered", { state: "verifying", verification: beginVerification(at(0), 10) }, { cure: right }, "watch"],
    [
      "a bad beat begins anew",
      { state: "verifying", verification },
      { cure: { ...right, beat: { ...right.beat, status: "degraded", failing: ["whole"] } } },
      "watch",
    ],
    [
      "a containment that is in force",
      { state: "verifying", entry: degrade, verification },
      { cure: { ...right, isContained: true } },
      "contained -> holding",
    ],
    ["held until it is over", { state: "holding", entry: degrade }, {}, "wait"],
    ["over: lifted", { state: "holding", entry: degrade }, { isIncidentOver: true, cure: right }, "revert over 0"],
    ["over, but what failed still fails", { state: "holding", entry: degrade }, { isIncidentOver: true }, "wait"],
    ["over, but nothing is heard", { state: "holding", entry: degrade }, { isIncidentOver: true, cure: { ...right, beat: null } }, "wait"],
    [
      "over, but another incident is not",
      { state: "holding", entry: degrade },
      { isIncidentOver: true, otherBadAt: at(60), cure: right },
      "wait",
    ],
    [
      "over, and the kill switch holds it",
      { state: "holding", entry: degrade },
      { isIncidentOver: true, cure: right, switches: { ...OPEN, killSwitch: true } },
      "wait",
    ],
    ["a person takes it back", { state: "holding", entry: degrade, revertWhy: "person" }, {}, "revert person 0"],
    [
      "a person takes it back under SAFE_MODE, its category off",
      { state: "holding", entry: degrade, revertWhy: "person" },
      { switches: { ...OPEN, safeMode: true, autoHealOff: ["PERF"] } },
      "revert person 0",
    ],
    [
      "over: lifted under SAFE_MODE",
      { state: "holding", entry: degrade },
      { isIncidentOver: true, cure: right, switches: { ...OPEN, safeMode: true } },
      "revert over 0",
    ],
    [
      "the way back failed, and the kill switch is on: later",
      { state: "reverting", entry: degrade, revertWhy: "over", stateSince: at(-10) },
      { order: { ...ORDER, status: "failed" }, switches: { ...OPEN, killSwitch: true } },
      "wait",
    ],
    ["lifted", { state: "reverting", entry: degrade, revertWhy: "over" }, { order: { ...ORDER, status: "done" } }, "lifted -> done"],
    [
      "rolled back",
      { state: "reverting", entry: degrade, revertWhy: "unproven" },
      { order: { ...ORDER, status: "done" } },
      "undone -> rolled_back",
    ],
    [
      "the way back failed: again, later",
      { state: "reverting", entry: degrade, revertWhy: "over" },
      { order: { ...ORDER, status: "failed" } },
      "wait",
    ],
    [
      "the way back failed: again",
      { state: "reverting", entry: degrade, revertWhy: "over", stateSince: at(-10) },
      { order: { ...ORDER, status: "failed" } },
      "revert over 1",
    ],
    [
      "the way back failed too often",
      { state: "reverting", entry: degrade, revertWhy: "over", tries: 19 },
      { order: { ...ORDER, status: "failed" } },
      "undo_failed -> failed",
    ],
    ...(["snapshotting", "ordered", "running", "reverting"] as const).map(
      (state): Row => [
        `${state}, and the repair cannot be taken back: a person at once`,
        { state, entry: repair, revertWhy: "unproven" },
        { order: orderOfRun(STUCK, state) },
        "undo_failed -> failed",
      ],
    ),
    ["refused, and over", { state: "refused" }, { isIncidentOver: true }, "cancel -> cancelled"],
    ["refused", { state: "refused" }, {}, "wait"],
  ])("%s", (_what, action, facts, expected) => {
    expect(brief(nextStep({ ...ACTION, ...action }, { ...FACTS, ...facts }, at(50 - (facts.order ? 30 : 0))))).toBe(expected);
  });
});

describe("when the window is over", () => {
  const late = at(121);
  test.each<[string, HealAction["entry"], Partial<HealFacts>, string]>([
    [
      "nothing was heard: failed where there is no way back",
      actionNamed("restart"),
      { cure: { ...FACTS.cure, beat: null } },
      "unproven -> failed",
    ],
    ["nothing was heard: taken back where there is one", repair, { cure: { ...FACTS.cure, beat: null } }, "revert unproven 0"],
    ["the way back of data goes through the kill switch", repair, { switches: { ...OPEN, killSwitch: true } }, "revert unproven 0"],
    ["SAFE_MODE never keeps a mode that did not help", degrade, { switches: { ...OPEN, safeMode: true } }, "revert unproven 0"],
    ["a mode stays while the kill switch is on", degrade, { switches: { ...OPEN, killSwitch: true } }, "wait"],
  ])("%s", (_what, entry, facts, expected) => {
    const action: HealAction = { ...ACTION, state: "verifying", entry, verification: beginVerification(at(0), 10) };
    expect(brief(nextStep(action, { ...FACTS, ...facts }, late))).toBe(expected);
  });
});

const event = fc.record({
  seconds: fc.nat(40),
  order: fc.constantFrom<OrderFact["status"] | null>(null, "offered", "done", "failed", "expired"),
  beat: fc.constantFrom("right", "wrong", "none"),
  isKilled: fc.boolean(),
  isOver: fc.boolean(),
});

/** A worker and a world around one action: what is ordered, and what the machine made of it. */
function live(entry: HealAction["entry"], events: readonly (typeof event extends fc.Arbitrary<infer Event> ? Event : never)[]) {
  let [action, seconds, beats, order] = [{ ...ACTION, entry } as HealAction, 0, 10, null as OrderFact | null];
  const given: string[] = [];
  const states: string[] = [action.state];
  const rest = Array.from({ length: 400 }, () => ({ seconds: 30, order: null, beat: "none" as const, isKilled: false, isOver: true }));
  for (const one of [...events, ...rest]) {
    seconds += one.seconds;
    if (
      order &&
      one.order &&
      (order.status === "queued" || order.status === "offered") &&
      (one.order !== "done" || order.status === "offered")
    ) {
      order = { ...order, status: one.order, word: one.order, finishedAt: at(seconds) };
    }
    if (one.beat !== "none") beats += 1;
    const beat = { at: at(seconds), beats, status: "ok" as const, failing: one.beat === "right" ? [] : ["whole"] };
    const switches = { ...OPEN, killSwitch: one.isKilled };
    const cure = { beat, isContained: one.beat === "right", clearedAt: null, measure: null, errorShare: null };
    const facts: HealFacts = { ...FACTS, order, switches, isIncidentOver: one.isOver, cure };
    const step = nextStep(action, facts, at(seconds));
    if (step.do === "order") {
      expect(one.isKilled && !["rollback_release"].includes(step.order.type), "nothing begins under the kill switch").toBe(false);
      expect(healTargets(action.state, step.event)).toContain(step.to);
      given.push(step.order.type);
      action = { ...action, state: step.to, step: step.step, stateSince: at(seconds) };
    } else if (step.do === "revert") {
      if (step.event) expect(healTargets(action.state, step.event)).toContain("reverting");
      given.push(String(entry.undo));
      action = { ...action, state: "reverting", revertWhy: step.why, tries: step.tries, stateSince: at(seconds) };
    } else if (step.do === "move") {
      expect(healTargets(action.state, step.event)).toContain(step.to);
      const isFetched = order !== null && order.status !== "queued" && order.status !== "expired";
      if (step.to === "cancelled" && action.state === "ordered") expect(isFetched, "what was fetched is never forgotten").toBe(false);
      action = { ...action, state: step.to, verification: step.verification ?? action.verification, stateSince: at(seconds) };
    } else if (step.do === "watch") action = { ...action, verification: step.verification };
    if (step.do === "order" || step.do === "revert") order = { ...ORDER, expiresAt: at(seconds + 120) };
    states.push(action.state);
  }
  return { action, given, states };
}

test("whatever happens, it comes to an end or holds; each order is given once; what changed data without proof was taken back or somebody is told", () => {
  fc.assert(
    fc.property(fc.constantFrom(...CATALOGUE.filter(({ level }) => level < 3)), fc.array(event, { maxLength: 60 }), (entry, events) => {
      const { action, given, states } = live(entry, events);
      if (action.state !== "holding") expect(isEnd(action.state)).toBe(true);
      for (const { type } of entry.orders) expect(given.filter((one) => one === type).length).toBeLessThanOrEqual(1);
      if (action.state === "done" && !states.includes("holding")) expect(states).toContain("verifying");
      if (action.state === "rolled_back") expect(given).toContain(entry.undo);
    }),
    { numRuns: 300 },
  );
});
