import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { PressureGauge } from "./pressure-gauge";
import { isShed, pressureOf, WORK_KINDS } from "./shed";

describe("what is turned away when pressed", () => {
  test.each([
    [0.4, []],
    [0.5, ["export"]],
    [0.75, ["export", "read"]],
    [1, ["export", "read", "beat"]],
    [1_000, ["export", "read", "beat"]],
  ])("at pressure %d: %j", (pressure, expected) => {
    expect(WORK_KINDS.filter((kind) => isShed(kind, pressure))).toEqual(expected);
  });

  test("never what is for safety, and more pressure never lets more in", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 1e9, noNaN: true }), (one, other) => {
        expect(isShed("safety", one)).toBe(false);
        for (const kind of WORK_KINDS) if (isShed(kind, Math.min(one, other))) expect(isShed(kind, Math.max(one, other))).toBe(true);
      }),
    );
  });
});

describe("the gauge", () => {
  test("reads how late the loop comes round; one pause is no overload, a row of them is", () => {
    const gauge = new PressureGauge();
    let nowMs = 0;
    const tick = (gapMs: number) => {
      nowMs += gapMs;
      gauge.tick(nowMs, 50);
    };
    for (let count = 0; count < 10; count += 1) tick(50);
    expect(gauge.pressure()).toBe(0);
    tick(50 + LIMITS.pressureLagMs * 2);
    expect(gauge.pressure()).toBeLessThan(1);
    for (let count = 0; count < 4; count += 1) tick(50 + LIMITS.pressureLagMs * 2);
    expect(gauge.pressure()).toBeGreaterThan(1);
    for (let count = 0; count < 12; count += 1) tick(50);
    expect(gauge.pressure()).toBeLessThan(0.05);
  });

  test("is as high as its fullest queue", () => {
    const gauge = new PressureGauge();
    gauge.watch(() => 0.2);
    gauge.watch(() => 0.9);
    expect(gauge.pressure()).toBe(0.9);
    expect(pressureOf({ lagMs: -5, queueShare: 0 }, 100)).toBe(0);
  });
});
