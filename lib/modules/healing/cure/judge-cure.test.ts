import { expect, test } from "vitest";
import { beginVerification, type CureFacts, judgeCure } from "./judge-cure";

const START = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number) => new Date(START + seconds * 1_000);
const BEFORE = { ...beginVerification(at(0), 10), okFromBeats: 11, okSince: at(5).toISOString() };
const BASELINE = { failing: ["whole"], errorShare: 0.5 };
const RIGHT: CureFacts = {
  beat: { at: at(40), beats: 14, status: "ok", failing: [] },
  ...{ isContained: false, clearedAt: null, measure: null, errorShare: null },
};

test.each<[string, Partial<CureFacts>, string]>([
  ["no static rule names it, and its checks are right", {}, "proven"],
  ["no static rule names it, and requests still fail", { errorShare: 0.4 }, "wait"],
  ["what was found is still so since then", { measure: "bad", errorShare: 0 }, "wait"],
  ["nothing says since then that it is gone", { measure: "unknown", errorShare: 0 }, "wait"],
  ["it is gone since then", { measure: "good" }, "proven"],
  ["it had cleared before", { clearedAt: at(-1), errorShare: 0.4 }, "wait"],
  ["it cleared since", { clearedAt: at(20), measure: "unknown" }, "proven"],
])("right by its beats: %s", (_why, more, verdict) => {
  expect(judgeCure(BEFORE, BASELINE, { ...RIGHT, ...more }, false, at(60)).verdict).toBe(verdict);
});

test("what was found and is still so when the window is over is not proven", () => {
  expect(judgeCure(BEFORE, BASELINE, { ...RIGHT, measure: "bad" }, false, at(121)).verdict).toBe("unproven");
});
