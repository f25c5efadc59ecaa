import { expect, test } from "vitest";
import { alignSeries, type BandPoint, scaleOf } from "./aligned-series";

const point = (atMs: number, changes: Partial<BandPoint> = {}): BandPoint => {
  return { atMs, value: 5, low: 1, high: 9, score: 0, isRaised: false, isAfterGap: false, ...changes };
};

test("beats and roll-ups share one row of instants, and neither breaks the other's line", () => {
  const aligned = alignSeries([point(1_000), point(3_000)], [{ atMs: 2_000, value: 4, isAfterGap: false }]);
  expect(aligned.seconds).toEqual([1, 2, 3]);
  expect(aligned.value).toEqual([5, undefined, 5]);
  expect(aligned.mean).toEqual([undefined, 4, undefined]);
});

test("a line is broken right before a point that comes after silence, and only there", () => {
  const aligned = alignSeries([point(1_000), point(9_000, { isAfterGap: true })], []);
  expect(aligned.seconds).toEqual([1, 8.999, 9]);
  expect(aligned.value).toEqual([5, null, 5]);
  expect(aligned.high).toEqual([9, null, 9]);
  expect(aligned.mean).toEqual([undefined, undefined, undefined]);
});

test("silence of the roll-ups breaks their own line alone", () => {
  const mean = (atMs: number, isAfterGap: boolean) => ({ atMs, value: 4, isAfterGap });
  const aligned = alignSeries([point(5_000)], [mean(1_000, false), mean(9_000, true)]);
  expect(aligned.seconds).toEqual([1, 5, 8.999, 9]);
  expect(aligned.mean).toEqual([4, undefined, null, 4]);
  expect(aligned.value).toEqual([undefined, 5, undefined, undefined]);
});

test("while nothing is expected there is no band, and what is raised stands alone", () => {
  const aligned = alignSeries([point(1_000, { low: null, high: null }), point(2_000, { isRaised: true, value: 40 })], []);
  expect(aligned.low).toEqual([null, 1]);
  expect(aligned.raised).toEqual([null, 40]);
});

test.each([
  [[], [], [0, 1]],
  [[point(0)], [], [0, 9 * 1.08]],
  [[point(0, { low: -2 })], [{ value: 100 }], [-2 * 1.08, 108]],
  [[point(0, { value: 0, low: null, high: null })], [], [0, 1]],
] as const)("the scale of %j and %j", (points, means, scale) => {
  expect(scaleOf(points, means)).toEqual(scale);
});
