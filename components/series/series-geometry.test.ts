import { expect, test } from "vitest";
import { dotsOf, linePath, nearestTo, roundTop, shareOf } from "./series-geometry";

test.each([
  [0, 1],
  [-3, 1],
  [Number.NaN, 1],
  [0.018, 0.02],
  [0.62, 1],
  [1, 1],
  [1.01, 2],
  [23, 25],
  [340, 500],
  [999, 1_000],
])("the scale of values up to %d ends at %d", (highest, top) => {
  expect(roundTop(highest)).toBe(top);
});

const points = [
  { atMs: 0, value: 0, isAfterGap: false },
  { atMs: 50, value: 5, isAfterGap: false },
  { atMs: 100, value: 10, isAfterGap: false },
];

test("a line leads from point to point, its zero at the foot", () => {
  expect(linePath(points, 0, 100, 10)).toBe("M0 100L500 50L1000 0");
});

test("it is lifted over silence, and a point alone is a dot", () => {
  const broken = points.map((point, index) => ({ ...point, isAfterGap: index > 0 }));
  expect(linePath(broken, 0, 100, 10)).toBe("M0 100h0M500 50h0M1000 0h0");
  expect(linePath([], 0, 100, 10)).toBe("");
});

test("only points that stand alone are drawn as dots", () => {
  expect(dotsOf("M0 100L500 50M700 20h0M900 1L1000 0")).toBe("M700 20h0");
  expect(dotsOf("")).toBe("");
});

test("nothing is drawn outside of the frame", () => {
  expect(linePath([{ atMs: -10, value: 99, isAfterGap: false }], 0, 100, 10)).toBe("M0 0h0");
  expect(shareOf(200, 0, 100)).toBe(1);
  expect(shareOf(5, 5, 5)).toBe(0);
});

test("a finger finds the nearest point", () => {
  expect(nearestTo(points, 0.7, 0, 100)).toBe(points[1]);
  expect(nearestTo([], 0.7, 0, 100)).toBeNull();
});
