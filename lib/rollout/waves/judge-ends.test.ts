import fc from "fast-check";
import { expect, test } from "vitest";
import { randomStream } from "@/lib/simulator/chance/random-stream";
import { judgeEnds } from "./judge-ends";

test.each([
  { kept: 0, harmed: 0, decision: "calm", why: "nothing is known" },
  { kept: 0, harmed: 1, decision: "suspicious", why: "the first shop was harmed" },
  { kept: 0, harmed: 2, decision: "halt", why: "so was the second" },
  { kept: 1, harmed: 1, decision: "calm", why: "one kept it after all" },
  { kept: 3, harmed: 2, decision: "suspicious", why: "two of five" },
  { kept: 3, harmed: 3, decision: "halt", why: "half of six" },
  { kept: 500, harmed: 8, decision: "calm", why: "1.6 % is what good patches see" },
  { kept: 500, harmed: 30, decision: "halt", why: "6 % is three times that" },
] as const)("$kept kept, $harmed harmed -> $decision ($why)", ({ kept, harmed, decision }) =>
  expect(judgeEnds({ kept, harmed }).decision).toBe(decision),
);

test("one more harmed shop never makes it calmer, one more kept never more suspicious", () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(60), (kept, harmed) => {
      const { evidence } = judgeEnds({ kept, harmed });
      expect(judgeEnds({ kept, harmed: harmed + 1 }).evidence).toBeGreaterThanOrEqual(evidence);
      expect(judgeEnds({ kept: kept + 1, harmed }).evidence).toBeLessThanOrEqual(evidence);
    }),
  );
  expect(() => judgeEnds({ kept: 0.5, harmed: 0 })).toThrow(RangeError);
  expect(() => judgeEnds({ kept: -1, harmed: 0 })).toThrow(RangeError);
});

/** @returns how often a release that fails at this share of shops is halted, looking after every end */
function haltedShare(failing: number, shops: number, runs: number): number {
  let halted = 0;
  for (let run = 0; run < runs; run += 1) {
    const random = randomStream(run + 1);
    const tally = { kept: 0, harmed: 0 };
    for (let shop = 0; shop < shops; shop += 1) {
      if (random() < failing) tally.harmed += 1;
      else tally.kept += 1;
      if (judgeEnds(tally).decision !== "halt") continue;
      halted += 1;
      break;
    }
  }
  return halted / runs;
}

test("a good release is halted in at most one run of a hundred, one that breaks 30 % in all", () => {
  expect(haltedShare(0.02, 300, 1_000)).toBeLessThanOrEqual(0.01);
  expect(haltedShare(0.3, 300, 200)).toBe(1);
});
