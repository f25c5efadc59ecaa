import { expect, test } from "vitest";
import type { Baseline } from "../types";
import { type EndedAction, hasWorsened, worsenedBy } from "./has-worsened";

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
  ...{ action: "restart", state: "failed", begunAt: new Date(0), approvedBy: null },
  ...{ baseline: SICK, aftermath: { failing: ["queue"], errorShare: null } },
};
const HELPED: EndedAction = { ...WORSE, action: "purge_cache", state: "done", aftermath: null };
test.each<[string, EndedAction[], string | null]>([
  ["nothing was done", [], null],
  ["the previous one made it worse", [WORSE, HELPED], "restart"],
  ["the one before the previous did", [HELPED, WORSE], null],
  ["a person wanted it", [{ ...WORSE, approvedBy: "person:x" }], null],
  ["it never began", [{ ...WORSE, begunAt: null }, HELPED], null],
  ["it was withdrawn", [{ ...WORSE, state: "cancelled" }, WORSE], "restart"],
])("%s", (_what, ended, expected) => {
  expect(worsenedBy(ended)).toBe(expected);
});
