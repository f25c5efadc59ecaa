import { expect, test } from "vitest";
import { verdictOn } from "@/lib/simulator/report/anchors";
import { binsOf, calibrationError } from "@/lib/simulator/report/calibration";
import { figureOf, mean, quantile, ratioFigure } from "@/lib/simulator/report/statistics";

test.each([
  { values: [], share: 0.5, expected: null },
  { values: [3], share: 0.95, expected: 3 },
  { values: [4, 1, 3, 2], share: 0.5, expected: 2.5 },
  { values: [0, 10], share: 0.95, expected: 9.5 },
])("quantile $share of $values", ({ values, share, expected }) => expect(quantile(values, share)).toBe(expected));

test("a figure keeps its observations together by seed, and knows when there is nothing", () => {
  const figure = ratioFigure(
    [
      { part: 1, of: 1 },
      { part: 0, of: 99 },
    ],
    (ratio) => ratio,
  );
  expect(figure).toMatchObject({ value: 0.01, n: 100 });
  expect(figure.interval?.[0]).toBe(0);
  expect(figure.interval?.[1]).toBe(1);
  expect(ratioFigure([{ part: 0, of: 0 }], (ratio) => ratio)).toEqual({ value: null, interval: null, n: 0 });
  expect(figureOf([[1, 2], [3]], (some) => ({ value: mean(some.flat()), n: some.flat().length })).value).toBe(2);
});

test("the interval covers the truth about as often as it says", () => {
  const halves = Array.from({ length: 20 }, (_, index) => ({ part: index % 2, of: 1 }));
  const [low, high] = ratioFigure(halves, (ratio) => ratio).interval ?? [];
  expect(low).toBeGreaterThan(0.2);
  expect(low).toBeLessThan(0.4);
  expect(high).toBeGreaterThan(0.6);
  expect(high).toBeLessThan(0.8);
});

test("calibration: sure and right is 0, sure and wrong is 1, half sure is as good as it says", () => {
  const said = (confidence: number, right: number, of: number) =>
    binsOf(Array.from({ length: of }, (_, index) => ({ confidence, isRight: index < right })));
  expect(calibrationError([said(1, 10, 10)]).value).toBe(0);
  expect(calibrationError([said(1, 0, 10)]).value).toBe(1);
  expect(calibrationError([said(0.7, 7, 10), said(0.7, 7, 10)]).value).toBeCloseTo(0, 9);
  expect(calibrationError([said(0.7, 5, 10)])).toEqual({ value: expect.closeTo(0.2, 9), n: 10 });
  expect(calibrationError([])).toEqual({ value: null, n: 0 });
});

test("a figure without a value passes nothing", () => {
  const anchor = { figure: "x", pass: [{ key: "x", atMost: 2 }], excellent: [{ key: "x", atMost: 1 }] };
  const at = (value: number | null) => verdictOn(anchor, { x: { value, interval: null, n: 1 } });
  expect([at(null), at(3), at(2), at(1)]).toEqual(["fail", "fail", "pass", "excellent"]);
  expect(verdictOn(anchor, {})).toBe("fail");
});
