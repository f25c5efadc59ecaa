import { expect, test } from "vitest";
import { slosVerdict } from "./slos-verdict";

test.each([
  [[], "none", 0],
  [["unknown", "unknown"], "unknown", 2],
  [["ok", "unknown", "ok"], "good", 2],
  [["ok", "burning_slow"], "slow", 1],
  [["exhausted", "burning_slow", "exhausted"], "exhausted", 2],
  [["ok", "burning_fast", "exhausted"], "fast", 1],
] as const)("%j: %s", (states, kind, count) => {
  expect(slosVerdict(states)).toEqual({ kind, count });
});
