import { expect, test } from "vitest";
import { metricOfFinding, rangeAround } from "./stream-of-finding";

test.each([
  ["novelty", "spike:queue_depth", "queue_depth"],
  ["novelty", "standing:memory_mb", "memory_mb"],
  ["novelty", "novelty:memory_mb", "memory_mb"],
  ["webhook_fail_rate", "webhook-fail-rate", "webhook_fail_rate"],
  ["identical_errors", "identical-errors", "errors_a_minute"],
  ["silence", "silence", null],
  ["drift", "drift", null],
] as const)("%s found by %s is about %s", (type, ruleId, metric) => {
  expect(metricOfFinding({ type, finding: { ruleId } })).toBe(metric);
});

test.each([
  [null, { range: "6h", to: null }],
  ["2026-11-21T10:20:00.000Z", { range: "6h", to: "2026-11-21T10:50:00.000Z" }],
  ["2026-11-21T20:00:00.000Z", { range: "24h", to: "2026-11-21T20:30:00.000Z" }],
  ["2026-11-25T10:00:00.000Z", { range: "7d", to: "2026-11-25T10:30:00.000Z" }],
])("an incident of 10:00 that ended %s is seen in %j", (resolvedAt, range) => {
  expect(rangeAround("2026-11-21T10:00:00.000Z", resolvedAt)).toEqual(range);
});
