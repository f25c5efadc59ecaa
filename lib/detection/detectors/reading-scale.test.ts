import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AS_COUNT, AS_REPORTED } from "./reading-scale";

test.each([
  ["shares", AS_REPORTED],
  ["counts", AS_COUNT],
])("%s come back as they were reported", (_name, scale) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (figure) => {
      expect(scale.reported(scale.watched(figure))).toBeCloseTo(figure, 6);
    }),
  );
});

describe("counts", () => {
  test("more stays more", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0.01, max: 1e6, noNaN: true }), (count, more) => {
        expect(AS_COUNT.watched(count + more)).toBeGreaterThan(AS_COUNT.watched(count));
      }),
    );
  });

  test.each([4, 16, 64, 400, 2_500])("one standard deviation of noise around %i is as wide as around any other count", (mean) => {
    const width = AS_COUNT.watched(mean + Math.sqrt(mean)) - AS_COUNT.watched(mean);
    expect(width).toBeGreaterThan(0.85);
    expect(width).toBeLessThan(1.05);
  });

  test("nothing is told below none, and what is unknown stays unknown", () => {
    expect(AS_COUNT.reported(-3)).toBe(0);
    expect(AS_COUNT.reported(AS_COUNT.watched(0))).toBe(0);
    expect(AS_COUNT.watched(Number.NaN)).toBeNaN();
  });
});
