import { describe, expect, test } from "vitest";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { BatchUnderWay } from "../batch-under-way";
import { readOtlpLogs } from "./read-logs";
import { readOtlpMetrics } from "./read-metrics";
import { readOtlpTraces } from "./read-traces";

const now = new Date("2026-01-01T00:00:00Z");
const time = `${now.getTime()}000000`;
const resource = {
  attributes: [
    { key: "service.name", value: { stringValue: "shop" } },
    { key: "tenant.id", value: { stringValue: PLATFORM_TENANT } },
  ],
};
const newBatch = () => new BatchUnderWay({ moduleKey: "shop", tenants: new Set(), everybody: new Set(), now });
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);
const most = LIMITS.signalItems;

const span = (exceptions: number) => ({
  traceId: "1".repeat(32),
  spanId: "1".repeat(16),
  startTimeUnixNano: time,
  events: times(exceptions, { name: "exception" }),
});
const traces = (...spans: object[]) => ({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });

describe("one export holds no more than its limit, and is told what was left out", () => {
  test("log records", () => {
    const batch = newBatch();
    readOtlpLogs({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: times(most + 2, { timeUnixNano: time }) }] }] }, batch);
    const { records, accepted, refusedCount, refused } = batch.done();
    expect([records.length, accepted, refusedCount]).toEqual([most, most, 2]);
    expect(refused[0]).toMatchObject({ line: most + 1, code: "ERR_TOO_LARGE" });
  });

  test("spans", () => {
    const batch = newBatch();
    readOtlpTraces(traces(...times(most + 2, span(0))), batch);
    const { spans, refusedCount } = batch.done();
    expect([spans.length, refusedCount]).toEqual([most, 2]);
  });

  test("a span with its exceptions: taken as a whole or not at all", () => {
    const batch = newBatch();
    readOtlpTraces(traces(span(most - 2), span(1), span(0)), batch);
    const { spans, records, refused } = batch.done();
    expect([spans.length, records.length]).toEqual([2, most - 2]);
    expect(refused).toMatchObject([{ line: 2, code: "ERR_TOO_LARGE" }]);
  });

  test("a single span with more exceptions than any export may hold", () => {
    const batch = newBatch();
    readOtlpTraces(traces(span(200_000)), batch);
    const { spans, records, refusedCount } = batch.done();
    expect([spans.length, records.length, refusedCount]).toEqual([0, 0, 1]);
  });

  test("points of metrics", () => {
    const batch = newBatch();
    const metric = { name: "jobs.retries", sum: { dataPoints: times(most + 2, { timeUnixNano: time, asInt: "1" }) } };
    const points = readOtlpMetrics({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [metric] }] }] }, batch);
    expect([points.length, batch.refusedCount]).toEqual([most, 2]);
  });
});
