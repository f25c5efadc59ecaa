import { expect, test } from "vitest";
import { identicalErrors } from "@/lib/detection/rules/identical-errors";
import { beat, windowOf } from "@/test/fixtures/beat";

const repeated = (count: number, fingerprint = "a1b2") => ({ code: "ERR_WEBHOOK_TIMEOUT", fingerprint, count });
const judge = (...beats: ReturnType<typeof beat>[]) => identicalErrors.evaluate(windowOf(beats), identicalErrors.defaults);

test.each([
  { seconds: 120, counts: [12], severity: null, why: "six a minute" },
  { seconds: 120, counts: [20], severity: "low", why: "ten a minute" },
  { seconds: 120, counts: [60], severity: "medium", why: "thirty a minute" },
  { seconds: 120, counts: [200], severity: "high", why: "a hundred a minute" },
  { seconds: 2, counts: [9], severity: null, why: "an urgent beat does not inflate the rate" },
  { seconds: 2, counts: [10], severity: "low", why: "ten within seconds are ten a minute at least" },
])("$counts in $seconds s -> $severity ($why)", ({ seconds, counts, severity }) => {
  expect(judge(beat(0), beat(seconds, { errors: counts.map((count) => repeated(count)) }))?.severity ?? null).toBe(severity);
});

test("equal entries add up, different fingerprints do not", () => {
  expect(judge(beat(0), beat(60, { errors: [repeated(6), repeated(6)] }))).not.toBeNull();
  expect(judge(beat(0), beat(60, { errors: [repeated(6, "x"), repeated(6, "y")] }))).toBeNull();
});

test("the first beat is measured against the period that was asked for", () => {
  expect(judge(beat(0, { errors: [repeated(20)] }))?.value).toBe(10);
});
