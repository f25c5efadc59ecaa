import { expect, test } from "vitest";
import { webhookFailRate } from "@/lib/detection/rules/webhook-fail-rate";
import { beat, counters, windowOf } from "@/test/fixtures/beat";

const judge = (...beats: ReturnType<typeof beat>[]) => webhookFailRate.evaluate(windowOf(beats), webhookFailRate.defaults);
const rate = (share: number) => beat(120, { telemetry: { webhook_fail_rate: share } });

test.each([
  [0, null],
  [0.19, null],
  [0.2, "low"],
  [0.49, "low"],
  [0.5, "medium"],
  [0.6, "medium"],
  [0.9, "high"],
  [1, "high"],
])("a reported rate of %d is %s", (share, severity) => {
  expect(judge(beat(0), rate(share))?.severity ?? null).toBe(severity);
});

test("the example of the specification: one beat with 60 % is a medium incident at once", () => {
  expect(judge(rate(0.6))).toMatchObject({ severity: "medium", value: 0.6, explain: expect.stringContaining("60 %") });
});

test("two failures of two webhooks prove nothing", () => {
  expect(judge(beat(0, { telemetry: counters(10, 0) }), beat(120, { telemetry: counters(12, 2) }))).toBeNull();
});

test("a quiet shop's beats are pooled until enough webhooks were sent, and since when is said", () => {
  const beats = [0, 2, 4, 6].map((failed, index) => beat(index * 120, { telemetry: counters(10 + failed, failed) }));
  expect(judge(...beats)).toMatchObject({ severity: "high", value: 1, observedAt: beats[1]?.receivedAt });
});

test("pooling never reaches into an earlier boot", () => {
  const old = beat(0, { bootId: "old", telemetry: counters(500, 400) });
  expect(judge(old, beat(120, { telemetry: counters(3, 3) }))).toBeNull();
});

test("only the newest webhooks count, not the whole life of the boot", () => {
  expect(judge(beat(0, { telemetry: counters(1_000, 0) }), beat(120, { telemetry: counters(1_020, 12) }))?.value).toBeCloseTo(0.6);
});

test("no webhooks since the beat before: no finding", () => {
  expect(judge(beat(0, { telemetry: counters(50, 40) }), beat(120, { telemetry: counters(50, 40) }))).toBeNull();
  expect(judge(beat(0, { telemetry: {} }))).toBeNull();
});

test("thresholds that fall are not accepted", () => {
  expect(webhookFailRate.params.safeParse({ ...webhookFailRate.defaults, low: 0.6 }).success).toBe(false);
});

test.each([
  { sent: 5, failed: 1, severity: null, why: "one of five is 20 %, and chance in a quiet shop" },
  { sent: 7, failed: 3, severity: null, why: "three may still be" },
  { sent: 30, failed: 4, severity: null, why: "below the step" },
  { sent: 8, failed: 4, severity: "medium", why: "four of eight are not" },
  { sent: 20, failed: 5, severity: "low", why: "a quarter of many is a fault" },
])("$failed of $sent counted webhooks are $severity ($why)", ({ sent, failed, severity }) => {
  const found = judge(beat(0, { telemetry: counters(100, 0) }), beat(120, { telemetry: counters(100 + sent, failed) }));
  expect(found?.severity ?? null).toBe(severity);
});
