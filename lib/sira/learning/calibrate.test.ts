import { describe, expect, test } from "vitest";
import { chanceOf, logOddsOf } from "@/lib/sira/draw/chance-of";
import { seeded } from "@/lib/sira/draw/seeded";
import { calibrate, type Forecast } from "@/lib/sira/learning/calibrate";
import { bucketOf, calibrationError, reliabilityOf, shareOf } from "@/lib/sira/learning/reliability-of";

/** Forecasts that claim one thing while another share comes true. */
function forecasts(count: number, claim: number, truth: (claimed: number) => number): Forecast[] {
  return Array.from({ length: count }, (_, n) => {
    const logOdds = claim * (seeded(n, 0) * 6 - 3);
    return { logOdds, isMended: seeded(n, 1) < truth(chanceOf(logOdds)), weight: 1 };
  });
}

describe("confidence comes true", () => {
  test("nothing known changes nothing", () => expect(calibrate([])).toEqual({ slope: 1, shift: 0 }));
  test("a handful moves it a little", () => {
    const { slope, shift } = calibrate(forecasts(3, 1, () => 0));
    expect(slope).toBeGreaterThan(0.5);
    expect(Math.abs(shift)).toBeLessThan(1.2);
  });
  test("boasting is cut", () => {
    const { slope } = calibrate(forecasts(4_000, 2, (claimed) => chanceOf(logOddsOf(claimed) / 2)));
    expect(slope).toBeGreaterThan(0.44);
    expect(slope).toBeLessThan(0.56);
  });
  test("a shift is found", () => {
    const { slope, shift } = calibrate(forecasts(4_000, 1, (claimed) => chanceOf(logOddsOf(claimed) - 1)));
    expect(slope).toBeCloseTo(1, 0);
    expect(shift).toBeLessThan(-0.8);
    expect(shift).toBeGreaterThan(-1.2);
  });
  test("all right or all wrong stays within bounds", () => {
    for (const truth of [() => 0, () => 1]) {
      const { slope, shift } = calibrate(forecasts(500, 1, truth));
      expect(slope).toBeGreaterThanOrEqual(0.2);
      expect(Math.abs(shift)).toBeLessThanOrEqual(3);
    }
  });
});

test.each([
  [0, 0],
  [0.0999, 0],
  [0.1, 1],
  [0.87, 8],
  [0.9999, 9],
  [1, 9],
])("confidence %d lies in bucket %d", (confidence, bucket) => expect(bucketOf(confidence)).toBe(bucket));

test("the error is how far confidences lie from what came true", () => {
  const given = [
    ...Array.from({ length: 80 }, () => ({ confidence: 0.85, isMended: true })),
    ...Array.from({ length: 20 }, () => ({ confidence: 0.85, isMended: false })),
  ];
  expect(calibrationError(given)).toBeCloseTo(0.05, 12);
  expect(calibrationError([])).toBeNull();
  expect(reliabilityOf(given)[8]).toMatchObject({ n: 100, hits: 80, low: 0.8, high: 0.9 });
});

test.each([
  { hits: 0, n: 0, share: null },
  { hits: 0, n: 5, share: { value: 0, low: 0, high: 0.4345 } },
  { hits: 5, n: 5, share: { value: 1, low: 0.5655, high: 1 } },
  { hits: 80, n: 100, share: { value: 0.8, low: 0.7112, high: 0.8666 } },
])("$hits of $n", ({ hits, n, share }) => {
  const found = shareOf(hits, n);
  if (share === null) return expect(found).toBeNull();
  for (const key of ["value", "low", "high"] as const) expect(found?.[key]).toBeCloseTo(share[key], 3);
});
