import { expect, test } from "vitest";
import { markGaps } from "./mark-gaps";

const STEP = 300;
const at = (step: number) => ({ atMs: step * STEP * 1_000, value: step });

test.each([
  { all: [0, 1, 2, 3], kept: [0, 1, 2, 3], gaps: [], why: "every step said something" },
  { all: [0, 1, 2, 3, 4], kept: [0, 4], gaps: [], why: "thinning is no silence" },
  { all: [0, 1, 5, 6], kept: [0, 1, 5, 6], gaps: [5], why: "three steps are missing" },
  { all: [0, 1, 5, 6, 7], kept: [0, 7], gaps: [7], why: "the silence was thinned out, not its trace" },
  { all: [0, 2, 4], kept: [0, 2, 4], gaps: [2, 4], why: "every second step is missing" },
  { all: [7], kept: [7], gaps: [], why: "before the first point nothing is known" },
  { all: [], kept: [], gaps: [], why: "nothing was ever said" },
])("of $all kept $kept: gaps before $gaps ($why)", ({ all, kept, gaps }) => {
  const marked = markGaps(kept.map(at), all.map(at), STEP);
  expect(marked.map(({ value }) => value)).toEqual(kept);
  expect(marked.filter(({ isAfterGap }) => isAfterGap).map(({ value }) => value)).toEqual(gaps);
});
