import { expect, test } from "vitest";
import type { AttemptPhase } from "@/lib/rollout/types";
import { wayBack } from "./way-back";

const attempt = (phase: AttemptPhase) => ({ phase, from_version: "1.2.2", to_version: "1.2.5" });

test.each([
  {
    running: "1.2.5",
    good: "1.2.2",
    underWay: null,
    way: { from: "1.2.5", to: "1.2.2", isCallBack: false },
    why: "the last good one is kept",
  },
  { running: "1.2.2", good: "1.2.2", underWay: null, way: null, why: "it runs already" },
  { running: "1.2.2", good: null, underWay: null, way: null, why: "none was ever good" },
  {
    running: "1.2.5",
    good: "1.2.2",
    underWay: attempt("probation"),
    way: { from: "1.2.5", to: "1.2.2", isCallBack: true },
    why: "the change under way is called back",
  },
  { running: "1.2.5", good: "1.2.2", underWay: attempt("reverting"), way: null, why: "it is on its way back" },
])("running $running, last good $good -> $way ($why)", ({ running, good, underWay, way }) => {
  expect(wayBack({ running_version: running, version: running, last_good_version: good }, underWay)).toEqual(way);
});
