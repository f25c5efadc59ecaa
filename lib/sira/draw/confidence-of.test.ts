import { expect, test } from "vitest";
import { confidenceOf, moderated } from "@/lib/sira/draw/confidence-of";
import { MODEL_V0 } from "@/lib/sira/model-v0";

test("what is known for sure stays, what is not goes towards one half, and never past it", () => {
  expect(moderated(2, 0)).toBe(2);
  expect(moderated(2, 4)).toBeLessThan(moderated(2, 1));
  expect(moderated(-2, 1)).toBe(-moderated(2, 1));
  expect(moderated(2, 1_000)).toBeGreaterThan(0);
});

test("models of format 1 are as sure as they always were", () => {
  const option = { logOdds: 2, variance: 3 };
  expect(confidenceOf(option, MODEL_V0)).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
  expect(confidenceOf(option, { ...MODEL_V0, format: 2 })).toBeLessThan(confidenceOf(option, MODEL_V0));
});
