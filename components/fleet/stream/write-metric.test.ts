import { expect, test } from "vitest";
import { metricWriter, streamHref } from "./write-metric";

const format = {
  number: (value: number | bigint, options?: object | string) => Intl.NumberFormat("en", options as Intl.NumberFormatOptions).format(value),
};

test.each([
  ["webhook_fail_rate", 0.0123, "1.2%"],
  ["latency_p95_ms", 247.4, "247 ms"],
  ["memory_mb", 63.9, "64 MB"],
  ["queue_depth", 3.44, "3.4"],
  ["errors_a_minute", 12_345.6, "12,346"],
] as const)("%s of %d is written %s", (metric, value, text) => {
  expect(metricWriter(metric, format as Parameters<typeof metricWriter>[1])(value)).toBe(text);
});

test("an address holds the range and the pinned end, and neither when they are not chosen", () => {
  expect(streamHref("p", "memory_mb")).toBe("/fleet/p/streams/memory_mb");
  expect(streamHref("p", "memory_mb", { range: "6h", to: null })).toBe("/fleet/p/streams/memory_mb?range=6h");
  expect(streamHref("p", "memory_mb", { range: "6h", to: "2026-11-21T10:00:00.000Z" })).toBe(
    "/fleet/p/streams/memory_mb?range=6h&to=2026-11-21T10%3A00%3A00.000Z",
  );
});
