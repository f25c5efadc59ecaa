import { expect, test } from "vitest";
import { brokenBounds, quantile } from "./figures.mjs";

test.each([
  [[1, 2, 3, 4], 0.5, 2],
  [[5], 0.95, 5],
  [Array.from({ length: 20 }, (_, index) => index + 1), 0.95, 19],
  [[], 0.5, 0],
])("%j at %d is %d", (values, share, expected) => expect(quantile(values, share)).toBe(expected));

test("every bound can break, and a recall that never ended does", () => {
  const good = { hit_median: 2, hit_p95: 5, left_on_bad: 0, recall_ms: 1 };
  expect(brokenBounds(good)).toEqual([]);
  expect(brokenBounds({ ...good, hit_median: 3 })).toHaveLength(1);
  expect(brokenBounds({ ...good, hit_p95: 6 })).toHaveLength(1);
  expect(brokenBounds({ ...good, left_on_bad: 1, recall_ms: null })).toHaveLength(2);
  expect(brokenBounds({ ...good, recall_ms: null })).toHaveLength(1);
});
