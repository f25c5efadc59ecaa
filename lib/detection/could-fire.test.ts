import fc from "fast-check";
import { expect, test } from "vitest";
import { couldFire } from "@/lib/detection/could-fire";
import { evaluateRules } from "@/lib/detection/evaluate-rules";
import { RULES } from "@/lib/detection/registry";
import type { ConfiguredRules } from "@/lib/detection/types";
import type { BeatSample } from "@/lib/telemetry/types";
import { at, beat, windowOf } from "@/test/fixtures/beat";

const figure = fc.oneof(fc.constant(0), fc.nat(30), fc.nat(20_000));
const telemetry = fc.record(
  {
    webhook_fail_rate: fc.double({ min: 0, max: 1, noNaN: true }),
    webhooks_sent: figure,
    webhooks_failed: figure,
    errors_total: figure,
    errors_last_24h: figure,
    latency_p95_ms: figure,
    queue_depth: figure,
  },
  { requiredKeys: [] },
);
const anyBeat = fc.record({
  gapSeconds: fc.integer({ min: 1, max: 400 }),
  bootId: fc.constantFrom("a", "b", "c", "d", "e"),
  runningVersion: fc.constantFrom("1.2.2", "1.2.3"),
  diskVersion: fc.constantFrom("1.2.2", "1.2.3"),
  active: fc.boolean(),
  seq: fc.nat(1_000),
  telemetry,
  errors: fc.array(fc.record({ code: fc.constantFrom("E", "F"), fingerprint: fc.constant("f"), count: fc.nat(300) }), { maxLength: 4 }),
});
const history = fc.array(anyBeat, { minLength: 1, maxLength: 20 }).map((steps) => {
  let seconds = 0;
  return steps.map(({ gapSeconds, ...changes }): BeatSample => {
    seconds += gapSeconds;
    return { ...changes, receivedAt: at(seconds) };
  });
});
const configured: fc.Arbitrary<ConfiguredRules> = fc.constantFrom(
  {},
  { errors_jump: { enabled: true, params: { min_rise: 1, factor: 1, span_seconds: 3_600 } } },
  {
    identical_errors: { enabled: true, params: { low: 0.5, medium: 1, high: 2 } },
    drift: { enabled: true, params: { after_seconds: 30 } },
  },
  { webhook_fail_rate: { enabled: true, params: { low: 0.01, medium: 0.02, high: 0.03, min_webhooks: 1, pool_seconds: 7_200 } } },
  { crash_loop: { enabled: true, params: { boots: 2, within_seconds: 7_200, down_beats: 1 } } },
);

test("whenever a beat-driven rule finds something, the newest beat alone could have fired", () => {
  fc.assert(
    fc.property(history, configured, (beats, rules) => {
      const found = evaluateRules(windowOf(beats), rules).filter((finding) => finding.type !== "silence");
      fc.pre(found.length > 0);
      const previousBootId = beats.at(-2)?.bootId ?? null;
      expect(couldFire(beats.at(-1)!, rules, previousBootId), found.map((finding) => finding.ruleId).join()).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("without knowing the boot before, a restart is still recognised by its small seq", () => {
  expect(couldFire(beat(0, { seq: 0 }), {})).toBe(true);
  expect(couldFire(beat(0, { seq: 900 }), {})).toBe(false);
});

test("healthy beats cost nothing more", () => {
  expect(couldFire(beat(0), {}, beat(0).bootId)).toBe(false);
  expect(couldFire(beat(0, { telemetry: {} }), {}, beat(0).bootId)).toBe(false);
});

test("every rule but silence says when a beat could set it off", () => {
  expect(RULES.filter((rule) => !rule.mayFire).map((rule) => rule.id)).toEqual(["silence"]);
});

test("rules that are switched off load no window", () => {
  const off = Object.fromEntries(RULES.map((rule) => [rule.id, { enabled: false, params: {} }]));
  expect(couldFire(beat(0, { active: false, telemetry: { webhook_fail_rate: 1 } }), off)).toBe(false);
});
