import { expect, test } from "vitest";
import type { Baseline } from "../types";
import { aftermathOf, type EndedAction, hasWorsened, worsenedBy } from "./has-worsened";
import type { CureFacts } from "./judge-cure";

const SICK: Baseline = { failing: ["whole"], others: ["fresh"], errorShare: 0.2 };

test.each<[string, Baseline, boolean]>([
  ["as it was", { failing: ["whole", "fresh"], errorShare: 0.2 }, false],
  ["better", { failing: [], errorShare: 0 }, false],
  ["another check fails", { failing: ["whole", "queue"], errorShare: 0.1 }, true],
  ["a little more fails", { failing: ["whole"], errorShare: 0.25 }, false],
  ["clearly more fails", { failing: [], errorShare: 0.26 }, true],
  ["nobody asked for anything since", { failing: ["whole"], errorShare: null }, false],
])("%s: %#", (_what, after, expected) => {
  expect(hasWorsened(SICK, after)).toBe(expected);
});

test("a share that was not known before is not compared", () => {
  expect(hasWorsened({ ...SICK, errorShare: null }, { failing: [], errorShare: 1 })).toBe(false);
});

const WORSE: EndedAction = {
  ...{ action: "restart", state: "failed", begunAt: new Date(0), hasEffect: true, approvedBy: null },
  ...{ baseline: SICK, aftermath: { failing: ["queue"], errorShare: null } },
};
const HELPED: EndedAction = { ...WORSE, action: "purge_cache", state: "done", aftermath: null };
test.each<[string, EndedAction[], string | null]>([
  ["nothing was done", [], null],
  ["the previous one made it worse", [WORSE, HELPED], "restart"],
  ["the one before the previous did", [HELPED, WORSE], null],
  ["a person wanted it", [{ ...WORSE, approvedBy: "person:x" }], null],
  ["it never began", [{ ...WORSE, begunAt: null }, HELPED], null],
  ["the previous one failed, and nobody heard how the module was", [{ ...WORSE, aftermath: null }], "restart"],
  ["the previous one was taken back unheard", [{ ...WORSE, state: "rolled_back", aftermath: null }], "restart"],
  ["it never reached the module", [{ ...WORSE, hasEffect: false, aftermath: null }], null],
  ["it was withdrawn", [{ ...WORSE, state: "cancelled" }, WORSE], "restart"],
])("%s", (_what, ended, expected) => {
  expect(worsenedBy(ended)).toBe(expected);
});

const now = new Date("2026-01-01T12:05:00Z");
const before = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
const since = { since: before(120).toISOString(), beatsFrom: 3, okFromBeats: null, okSince: null };
test.each<[string, number, Partial<NonNullable<CureFacts["beat"]>> | null, boolean]>([
  ["a fresh beat of since", 120, {}, true],
  ["the last beat before it was obeyed", 120, { at: before(121), beats: 3 }, false],
  ["a beat of since, and then it fell silent", 120, { at: before(31) }, false],
  ["no beat at all", 120, null, false],
  ["it was obeyed a moment ago, and the beat is the one of before", 5, { at: before(10) }, false],
])("how a module is when an action is given up is what it says since: %s", (_what, obeyedAgo, said, isKnown) => {
  const beat = said && { at: before(4), beats: 9, status: "degraded" as const, failing: ["queue"], ...said };
  const cure = { beat, isContained: false, clearedAt: null, measure: null, errorShare: 0.4 };
  const verification = { ...since, since: before(obeyedAgo).toISOString() };
  expect(aftermathOf(verification, cure, now)).toEqual(isKnown ? { failing: ["queue"], errorShare: 0.4 } : null);
});

test("what failed before it was obeyed is judged by a beat that is fresh", () => {
  const cure = { isContained: false, clearedAt: null, measure: null, errorShare: null };
  const beat = { at: before(29), beats: 9, status: "ok" as const, failing: [] };
  expect(aftermathOf(null, { ...cure, beat }, now)).toEqual({ failing: [], errorShare: null });
  expect(aftermathOf(null, { ...cure, beat: { ...beat, at: before(31) } }, now)).toBeNull();
});
