import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { streamQuery, streamSpan } from "./stream-query";

const NOW = new Date("2026-11-21T10:00:00.000Z");
const spanOf = (query: Record<string, string>) => streamSpan(streamQuery.parse({ metric: "queue_depth", ...query }), NOW);

test.each([
  [{}, "2026-11-20T10:00:00.000Z", "2026-11-21T10:00:00.000Z"],
  [{ range: "1h" }, "2026-11-21T09:00:00.000Z", "2026-11-21T10:00:00.000Z"],
  [{ range: "7d" }, "2026-11-14T10:00:00.000Z", "2026-11-21T10:00:00.000Z"],
  [{ range: "6h", to: "2026-11-19T08:00:00+02:00" }, "2026-11-19T00:00:00.000Z", "2026-11-19T06:00:00.000Z"],
  [{ range: "1h", to: "2027-01-01T00:00:00Z" }, "2026-11-21T09:00:00.000Z", "2026-11-21T10:00:00.000Z"],
] as const)("%j is %s to %s: an end ahead is now", (query, from, to) => {
  const span = spanOf(query);
  expect([span.from.toISOString(), span.to.toISOString()]).toEqual([from, to]);
});

test("no more points than the limit, together with the roll-ups at most 2,000", () => {
  expect(spanOf({}).points).toBe(LIMITS.streamPoints);
  expect(LIMITS.streamPoints + LIMITS.streamRollups).toBeLessThanOrEqual(2_000);
});

test.each([
  { metric: "beats" },
  { range: "30d" },
  { points: "2" },
  { points: String(LIMITS.streamPoints + 1) },
  { points: "1e3" },
  { to: "yesterday" },
  { more: "1" },
])("%j is refused", (query) => {
  expect(streamQuery.safeParse({ metric: "queue_depth", ...query }).success).toBe(false);
});
