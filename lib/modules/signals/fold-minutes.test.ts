import fc from "fast-check";
import { expect, test } from "vitest";
import { foldErrors } from "./fold-errors";
import { addMinutes, foldMinutes, type Minute } from "./fold-minutes";
import { keepsRecord, keepsSpan } from "./keep-sample";
import { bucketOf, fromBounds, middleOf, percentileOf } from "./latency-buckets";
import { type Measure, SURFACES } from "./types";

const TENANTS = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"];
const count = fc.integer({ min: 0, max: 1_000 });
const measure: fc.Arbitrary<Measure> = fc.record(
  {
    tenantId: fc.constantFrom(...TENANTS),
    at: fc.integer({ min: 0, max: 200_000 }).map((ms) => new Date(ms)),
    surface: fc.constantFrom(...SURFACES),
    requests: count,
    errors: count,
    deadLetters: count,
    latencyMsSum: count,
    queueDepth: count,
    queueCapacity: count,
    latency: fc.dictionary(fc.integer({ min: 0, max: 5 }).map(String), count),
    worstMs: fc.integer({ min: 0, max: 3 }),
    worstTraceId: fc.constantFrom("a", "b", "c", null),
  },
  { requiredKeys: ["tenantId", "at", "surface"] },
);

function addUp(batches: readonly (readonly Minute[])[]): Minute[] {
  const sums = new Map<string, Minute>();
  for (const minute of batches.flat()) {
    const key = `${minute.tenantId} ${minute.minuteAt.toISOString()} ${minute.surface}`;
    const known = sums.get(key);
    sums.set(key, known ? addMinutes(known, minute) : minute);
  }
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, minute]) => minute);
}

test("however measures are cut into batches and in whatever order they come, the minutes are the same", () => {
  fc.assert(
    fc.property(fc.array(measure, { maxLength: 60 }), fc.array(fc.nat(59), { maxLength: 6 }), fc.nat(59), (measures, cuts, turn) => {
      const turned = [...measures.slice(turn), ...measures.slice(0, turn)].reverse();
      const places = [0, ...cuts.filter((cut) => cut < turned.length).sort((a, b) => a - b), turned.length];
      const batches = places.slice(1).map((end, index) => foldMinutes(turned.slice(places[index], end)));
      expect(addUp(batches)).toEqual(foldMinutes(measures));
    }),
  );
});

test("no request is lost or counted twice", () => {
  fc.assert(
    fc.property(fc.array(measure), (measures) => {
      const total = (list: readonly { readonly requests?: number }[]) => list.reduce((sum, { requests = 0 }) => sum + requests, 0);
      expect(total(foldMinutes(measures))).toBe(total(measures));
    }),
  );
});

test("a duration lies in its bucket", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e7, noNaN: true }), (ms) => {
      const bucket = bucketOf(ms);
      expect(ms).toBeGreaterThanOrEqual(1.2 ** bucket);
      expect(ms).toBeLessThan(1.2 ** (bucket + 1));
    }),
  );
  expect([bucketOf(0), bucketOf(0.5), bucketOf(-1), bucketOf(Number.NaN), bucketOf(1e300)]).toEqual([0, 0, 0, 0, 128]);
});

test("a percentile is off by a tenth at most", () => {
  const durations = Array.from({ length: 1_000 }, (_, index) => 1 + index);
  const latency: Record<string, number> = {};
  for (const ms of durations) latency[bucketOf(ms)] = (latency[bucketOf(ms)] ?? 0) + 1;
  for (const share of [0.5, 0.95, 0.99]) expect(Math.abs((percentileOf(latency, share) ?? 0) / (1_000 * share) - 1)).toBeLessThan(0.1);
  expect(percentileOf({}, 0.5)).toBeNull();
});

test("another histogram's counts are put in the middle of where they were", () => {
  const latency = fromBounds([10, 100], [1, 2, 3]);
  expect(latency).toEqual({ [bucketOf(5)]: 1, [bucketOf(Math.sqrt(1_000))]: 2, [bucketOf(100)]: 3 });
  expect(middleOf(bucketOf(100)) / 100).toBeCloseTo(1, 0);
});

const told = (message: string, more: Record<string, unknown> = {}) => ({
  tenantId: "t",
  at: new Date(61_000),
  level: "error" as const,
  code: "ERR_X",
  class: "DATA" as const,
  traceId: null,
  spanId: null,
  actorId: null,
  message,
  attributes: {},
  ...more,
});

test("errors are the same but for what differs each time, and kinds without end are counted together", () => {
  const same = foldErrors([told("order 17 of 'a' failed"), told("order 18 of 'b' failed"), told("quite another")], 100);
  expect(same.map(({ count: times }) => times).sort()).toEqual([1, 2]);
  expect(same[0]?.minuteAt).toEqual(new Date(60_000));
  const made = Array.from({ length: 50 }, (_, index) => told(`kind ${"abcdefghij".repeat(index)}z`));
  const folded = foldErrors(made, 10);
  expect([folded.length, folded.reduce((sum, { count: times }) => sum + times, 0)]).toEqual([11, 50]);
  expect(folded.find(({ fingerprint }) => fingerprint === "other")?.count).toBe(40);
  expect(foldErrors([told("x", { level: "info" })], 10)).toEqual([]);
});

test("warnings, errors and slow or failed spans are all kept; of the rest a share, by whole traces", () => {
  const low = `${"a".repeat(24)}00000000`;
  const high = `${"a".repeat(24)}ffffffff`;
  for (const level of ["warn", "error"] as const) expect(keepsRecord({ level, traceId: high }, "x", 0)).toBe(true);
  expect([low, high].map((traceId) => keepsRecord({ level: "info", traceId }, "x", 0.1))).toEqual([true, false]);
  expect(keepsRecord({ level: "info", traceId: null }, high, 0.1)).toBe(false);
  const span = { isError: false, durationMs: 5, traceId: high };
  expect([span, { ...span, isError: true }, { ...span, durationMs: 1_000 }].map((one) => keepsSpan(one, 0.05, 1_000))).toEqual([
    false,
    true,
    true,
  ]);
});
