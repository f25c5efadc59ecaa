import { expect, test } from "vitest";
import {
  countChaos,
  countListed,
  countPlaywright,
  countVerify,
  countVitest,
  countWordPress,
  describeCounts,
  judgeSuite,
  sumCounts,
} from "./count-results.mjs";

test("Vitest: a file that could not be loaded is a failure of its own", () => {
  const file = (status: string, ...cases: string[]) => ({ status, assertionResults: cases.map((one) => ({ status: one })) });
  const testResults = [file("passed", "passed", "pending"), file("failed", "failed"), file("failed"), file("failed", "passed")];
  const report = { numPassedTests: 2, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1, testResults };
  expect(countVitest(report)).toEqual({ passed: 2, failed: 3, skipped: 2 });
});

test("Playwright: an error outside any case is a failure", () => {
  const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 2 };
  expect(countPlaywright({ stats, errors: [{}] })).toEqual({ passed: 4, failed: 2, skipped: 2 });
  expect(countListed({ suites: [{ specs: [1, 2], suites: [{ specs: [3] }] }, { suites: [] }] })).toBe(3);
});

test("verify: each step is a case", () => {
  expect(countVerify("ok   types\nverify: 8 passed, 2 failed in 9.1 s\n")).toEqual({ passed: 8, failed: 2, skipped: 0 });
  expect(countVerify("killed midway")).toBeNull();
});

test("chaos: each promise is a case, however often it was broken", () => {
  const kept = '  12.3 s  round 20 of 20: web\n{"rounds":20,"lost":0,"doubled":0,"unended":0,"half":0}\n';
  expect(countChaos(kept)).toEqual({ passed: 4, failed: 0, skipped: 0 });
  expect(countChaos(kept.replace('"lost":0', '"lost":7'))).toEqual({ passed: 3, failed: 1, skipped: 0 });
  expect(countChaos("  12.3 s  round 3 of 20: web\n")).toBeNull();
});

test("WordPress: each case counts; without its last line it did not come to its end", () => {
  const told = "ok   healed: success\nFAIL recall: 1 of 2 left\n  FAIL of a stack\n";
  expect(countWordPress(`${told}{"updates":20,"healed_ms_median":1,"shopper_errors":0,"recalled":1}\n`)).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
  });
  expect(countWordPress(told)).toBeNull();
});

test.each([
  { counts: { passed: 5, failed: 0, skipped: 1 }, code: 0, failed: 0, why: "all is well" },
  { counts: { passed: 5, failed: 2, skipped: 0 }, code: 1, failed: 2, why: "the runner agrees" },
  { counts: { passed: 5, failed: 0, skipped: 0 }, code: 1, failed: 1, why: "it ended badly without a failed case" },
  { counts: { passed: 5, failed: 0, skipped: 0 }, code: null, failed: 1, why: "it was killed" },
  { counts: { passed: 0, failed: 0, skipped: 0 }, code: 0, failed: 1, why: "nothing ran" },
  { counts: null, code: 0, failed: 1, why: "it told nothing" },
])("exit code $code with $counts means $failed failed ($why)", ({ counts, code, failed }) => {
  expect(judgeSuite(counts, code).failed).toBe(failed);
});

test("the last line", () => {
  expect(
    describeCounts(
      sumCounts([
        { passed: 1, failed: 0, skipped: 2 },
        { passed: 3, failed: 1, skipped: 0 },
      ]),
    ),
  ).toBe("4 passed, 1 failed, 2 skipped");
});
