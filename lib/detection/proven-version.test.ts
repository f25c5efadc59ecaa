import { expect, test } from "vitest";
import { provenVersion } from "@/lib/detection/proven-version";
import type { BeatSample } from "@/lib/telemetry/types";
import { beat, windowOf } from "@/test/fixtures/beat";

const QUIET = { latency_p95_ms: 200, queue_depth: 1 };
const FAILING = { ...QUIET, webhook_fail_rate: 0.6 };
/** Beats two minutes apart; what a test wants different, by the beat's place. */
const beats = (count: number, changes: Record<number, Partial<BeatSample>> = {}) =>
  windowOf(Array.from({ length: count }, (_, index) => beat(120 * index, changes[index])));

test.each([
  ["ten clean minutes", beats(6), "1.2.2"],
  ["eight clean minutes", beats(5), null],
  ["a beat of another version among them", beats(6, { 2: { runningVersion: "1.2.1", diskVersion: "1.2.1" } }), null],
  ["another version before them", beats(8, { 0: { runningVersion: "1.2.1", diskVersion: "1.2.1" } }), "1.2.2"],
  ["something else on disk", beats(6, { 5: { diskVersion: "1.2.3" } }), null],
  ["a beat that was down", beats(6, { 3: { active: false } }), null],
  ["webhooks that fail", beats(6, { 5: { telemetry: FAILING } }), null],
  ["a newest beat without webhooks", beats(6, { 5: { telemetry: QUIET } }), null],
  ["no beat at all", beats(0), null],
])("%s", (_what, window, expected) => {
  expect(provenVersion(window, {})).toBe(expected);
});
