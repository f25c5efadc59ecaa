import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { downsample } from "./downsample";
import { planChunks } from "./plan-chunks";
import { seriesOf } from "./series-of";
import { seriesQuery, spanOf } from "./series-query";
import { chooseStep, STEPS, startOfStep } from "./steps";

const now = new Date("2026-11-21T10:03:00.000Z");
const points = fc
  .uniqueArray(fc.record({ atMs: fc.nat(1_000_000), value: fc.double({ noNaN: true, min: -1e6, max: 1e6 }) }), {
    selector: ({ atMs }) => atMs,
    maxLength: 400,
  })
  .map((list) => list.toSorted((a, b) => a.atMs - b.atMs));

describe("thinning a line out", () => {
  test("keeps its ends, its order and the number asked for, and invents nothing", () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 3, max: 60 }), (all, most) => {
        const kept = downsample(all, most);
        expect(kept.length).toBe(Math.min(all.length, most));
        expect(kept.every((point) => all.includes(point))).toBe(true);
        expect(kept.toSorted((a, b) => a.atMs - b.atMs)).toEqual(kept);
        expect([kept[0], kept.at(-1)]).toEqual([all[0], all.at(-1)]);
      }),
    );
  });

  test("a lone spike survives it", () => {
    const flat = Array.from({ length: 5_000 }, (_none, index) => ({ atMs: index, value: index === 3_217 ? 9 : 1 }));
    expect(downsample(flat, 200).some(({ value }) => value === 9)).toBe(true);
  });

  test("fewer than three points are no line", () => {
    expect(() => downsample([], 2)).toThrow(RangeError);
  });
});

test.each([
  [1, 300],
  [6.9, 300],
  [30, 3_600],
  [83, 3_600],
  [84, 86_400],
  [800, 86_400],
])("%d days are drawn in steps of %d s", (days, step) => {
  expect(chooseStep(days * 86_400_000, 2_000)).toBe(step);
});

test("a step begins where all of its beats agree", () => {
  expect(STEPS.map((step) => startOfStep(now, step).toISOString())).toEqual([
    "2026-11-21T10:00:00.000Z",
    "2026-11-21T10:00:00.000Z",
    "2026-11-21T00:00:00.000Z",
  ]);
});

describe("the span of a query", () => {
  const spanOfText = (query: Record<string, string>) => spanOf(seriesQuery.parse({ metric: "beats", ...query }), now);
  test("the last day unless it says otherwise", () => {
    expect(spanOfText({})).toEqual({ metric: "beats", from: new Date("2026-11-20T10:03:00.000Z"), to: now, step: 300, points: 2_000 });
  });
  test.each([
    ["1h", "2026-11-21T09:03:00.000Z", 300],
    ["24h", "2026-11-20T10:03:00.000Z", 300],
    ["7d", "2026-11-14T10:03:00.000Z", 3_600],
    ["30d", "2026-10-22T10:03:00.000Z", 3_600],
  ])("%s until now begins at %s, in steps of %d s", (range, from, step) => {
    expect(spanOfText({ range, points: "120" })).toEqual({ metric: "beats", from: new Date(from), to: now, step, points: 120 });
  });
  test.each([
    ["ends before it begins", { from: "2026-11-22T00:00:00Z" }],
    ["is empty", { from: "2026-11-21T00:00:00Z", to: "2026-11-21T00:00:00Z" }],
    ["is longer than anything is kept", { from: "2020-01-01T00:00:00Z" }],
    ["has too many steps", { from: "2025-11-21T00:00:00Z", step: "300" }],
    ["is said twice", { range: "1h", from: "2026-11-21T00:00:00Z" }],
  ])("%s: refused", (_what, query) => {
    expect(spanOfText(query)).toBeNull();
  });
  test.each([
    ["another step", { step: "60" }],
    ["case 20: an injected step", { step: '300";--' }],
    ["case 20: a metric of an object's own", { metric: "constructor" }],
    ["case 20: a negative step", { step: "-1" }],
    ["case 20: a huge step", { step: "1e9" }],
    ["no instant", { from: "yesterday" }],
    ["no range that pages draw", { range: "toString" }],
    ["fewer points than a line has", { points: "2" }],
    ["more points than are ever answered", { points: "2001" }],
    ["a field that nobody knows", { tenant_id: "x" }],
  ])("%s: not understood", (_what, query) => {
    expect(seriesQuery.safeParse({ metric: "beats", ...query }).success).toBe(false);
  });
});

test("what is counted is a sum, what is measured a mean with its highest, and a silent step a gap", () => {
  const common = { beats: 3, webhooksSent: 7, webhooksFailed: 1, errors: 0, latencyP95Sum: 0, latencyP95Count: 0, latencyP95Max: null };
  const rollup = {
    bucketAt: now,
    ...common,
    failRateSum: 0.6,
    failRateCount: 2,
    failRateMax: 0.5,
    queueDepthSum: 0,
    queueDepthCount: 1,
    queueDepthMax: 0,
  };
  expect(seriesOf([rollup], "webhooks_sent")).toEqual([{ atMs: now.getTime(), value: 7, max: null }]);
  expect(seriesOf([rollup], "webhook_fail_rate")).toEqual([{ atMs: now.getTime(), value: 0.3, max: 0.5 }]);
  expect(seriesOf([rollup], "queue_depth")).toEqual([{ atMs: now.getTime(), value: 0, max: 0 }]);
  expect(seriesOf([rollup], "latency_p95_ms")).toEqual([]);
});

describe("what is left to roll up", () => {
  const day = { day: "2026-11-21", rolledUntil: new Date("2026-11-21T08:00:00.000Z") };
  test("whole hours, then the present with its open step; the watermark waits for late commits", () => {
    const chunks = planChunks([day], now, 120_000, 10).map((chunk) =>
      [chunk.from, chunk.to, chunk.settledUntil].map((at) => at.toISOString().slice(11, 16)),
    );
    expect(chunks).toEqual([
      ["08:00", "09:00", "09:00"],
      ["09:00", "10:00", "10:00"],
      ["10:00", "10:03", "10:00"],
    ]);
  });
  test("just after an hour its last steps are done again, and the next hour's do not push the watermark past them", () => {
    const justAfter = new Date("2026-11-21T09:01:00.000Z");
    const chunks = planChunks([day], justAfter, 120_000, 10);
    expect(chunks.map(({ settledUntil }) => settledUntil.toISOString().slice(11, 16))).toEqual(["08:55", "08:55"]);
  });
  test("a finished day is done with, and a round is bounded", () => {
    const finished = { day: "2026-11-20", rolledUntil: new Date("2026-11-21T00:00:00.000Z") };
    expect(planChunks([finished], now, 0, 10)).toEqual([]);
    expect(planChunks([day], now, 0, 2)).toHaveLength(2);
  });
});
