import { expect, test } from "vitest";
import type { IncidentType } from "@/lib/detection/types";
import { isStillSick } from "@/lib/incidents/still-sick";
import { at, beat, windowOf } from "@/test/fixtures/beat";

const SLOW = { latency_p95_ms: 9_000, webhook_fail_rate: 0, queue_depth: 1 };
const FAILING = { latency_p95_ms: 200, webhook_fail_rate: 0.9, queue_depth: 1 };
const QUIET = { latency_p95_ms: 200, queue_depth: 1 };
const change = { since: at(100), version: "1.2.2" };
/** Beats a quarter of a minute apart, the first one just after the change. */
const since = (...telemetry: Record<string, number>[]) =>
  windowOf(telemetry.map((each, index) => beat(110 + 15 * index, { telemetry: each })));

test.each([
  ["webhook_fail_rate", "webhooks succeed", since({}, FAILING, { ...QUIET, webhook_fail_rate: 0 }), false],
  ["webhook_fail_rate", "they still fail", since(FAILING, FAILING, FAILING), true],
  ["webhook_fail_rate", "no beat came since", windowOf([beat(90, { telemetry: FAILING })]), null],
  ["webhook_fail_rate", "no beat says anything of webhooks", since(QUIET, QUIET), null],
  [
    "webhook_fail_rate",
    "the last word on webhooks was good, the newest beat has none",
    since({ ...QUIET, webhook_fail_rate: 0 }, QUIET),
    false,
  ],
  ["webhook_fail_rate", "another version runs", windowOf([beat(110, { runningVersion: "1.2.1" })]), null],
  ["latency_p95", "no beat says how slow it is", since({ webhook_fail_rate: 0 }), null],
  ["latency_p95", "it is still slow", since(SLOW, SLOW, SLOW, SLOW), true],
  ["drift", "what runs is what lies on disk, though webhooks fail", since(FAILING, FAILING, FAILING), false],
  ["drift", "they still differ", windowOf([beat(110, { diskVersion: "1.2.3" })]), null],
  ["crash_loop", "the new boot is too young to tell", since(QUIET), null],
  ["slo_burn", "no rule knows the type", since(QUIET), null],
] as const satisfies readonly (readonly [IncidentType, string, ReturnType<typeof windowOf>, boolean | null])[])(
  "%s: %s",
  (type, _why, window, expected) => {
    expect(isStillSick(window, type, change, {})).toBe(expected);
  },
);
