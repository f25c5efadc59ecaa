import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CountedBeat, impactFigures, riseOf } from "./figures";

const beat = (bootId: string, failed: number | null, sent: number | null = null): CountedBeat => ({ bootId, sent, failed });

test.each([
  ["no beat", [], null],
  ["one beat tells no rise", [beat("a", 5)], null],
  ["from beat to beat", [beat("a", 5), beat("a", 9), beat("a", 10)], 5],
  ["never across boots", [beat("a", 5), beat("a", 9), beat("b", 2), beat("b", 3)], 5],
  ["a counter that fell is no negative rise", [beat("a", 9), beat("a", 4), beat("a", 6)], 2],
  ["none sent", [beat("a", null), beat("a", null)], null],
  ["sent now and then: only neighbours count", [beat("a", 5), beat("a", null), beat("a", 9)], null],
])("%s", (_what, beats, rise) => {
  expect(riseOf(beats, "failed")).toBe(rise);
});

test("a rise is never negative, and never more than what the plugin counted", () => {
  const beats = fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.nat(100)), { maxLength: 20 });
  fc.assert(
    fc.property(beats, (made) => {
      const rise = riseOf(
        made.map(([bootId, failed]) => beat(bootId, failed)),
        "failed",
      );
      if (rise === null) return;
      expect(rise).toBeGreaterThanOrEqual(0);
      expect(rise).toBeLessThanOrEqual(100 * made.length);
    }),
  );
});

describe("the figures", () => {
  const at = (minute: number) => new Date(Date.parse("2026-11-21T10:00:00.000Z") + minute * 60_000);
  const input = { openedAt: at(0), detectedAt: at(1), resolvedAt: at(30), healedAt: [], merchants: 1, beats: [] };
  test.each([
    ["nothing helped: mitigated when resolved", {}, 30],
    ["a change that succeeded before", { healedAt: [at(20), at(10)] }, 10],
    ["one from before it was detected helped nothing", { healedAt: [at(0.5)] }, 30],
    ["one after the end comes too late", { healedAt: [at(40)] }, 30],
    ["still open, and mitigated", { resolvedAt: null, healedAt: [at(12)] }, 12],
    ["still open, nothing helped", { resolvedAt: null }, null],
  ])("%s", (_what, given, minutes) => {
    const figures = impactFigures({ ...input, ...given });
    expect(figures.mitigate_seconds).toBe(minutes === null ? null : minutes * 60);
    expect(figures).toMatchObject({ detect_seconds: 60, merchants: 1, webhooks_failed: null });
  });
});
