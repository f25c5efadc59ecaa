import { expect, test } from "vitest";
import { brokenBounds, quantile } from "./figures.mjs";

test.each([
  [[1, 2, 3, 4], 0.5, 2],
  [[5], 0.95, 5],
  [Array.from({ length: 20 }, (_, index) => index + 1), 0.95, 19],
  [[], 0.5, 0],
])("%j at %d is %d", (values, share, expected) => expect(quantile(values, share)).toBe(expected));

const GOOD = {
  hit_median: 2,
  hit_p95: 5,
  held_hit_max: 5,
  left_on_bad: 0,
  left_on_held: 0,
  recall_ms: 1,
  releases: 4,
  recalled: 3,
  held: 1,
  went_through: 0,
  good_shops: 100,
  good_reached: 100,
};

test.each([
  [{}, 0],
  [{ hit_median: 3 }, 1],
  [{ hit_p95: 6 }, 1],
  [{ held_hit_max: 6 }, 1],
  [{ left_on_bad: 1, recall_ms: null }, 2],
  [{ left_on_held: 1 }, 1],
  [{ recall_ms: null }, 1],
  [{ held: 0 }, 1],
  [{ held: 0, went_through: 1 }, 0],
  [{ good_reached: 99 }, 1],
])("%j breaks %d bounds", (changes, count) => expect(brokenBounds({ ...GOOD, ...changes })).toHaveLength(count));
