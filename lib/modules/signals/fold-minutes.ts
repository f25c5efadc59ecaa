import type { Measure, MinuteSums, Surface } from "./types";

/** A minute of a module for one tenant on one surface, as far as a batch tells. */
export interface Minute extends MinuteSums {
  readonly tenantId: string;
  readonly minuteAt: Date;
  readonly surface: Surface;
  readonly queueDepthMax: number | null;
  readonly queueCapacity: number | null;
  readonly quotaUsed: number | null;
  readonly quotaLimit: number | null;
  readonly latency: Readonly<Record<string, number>>;
  readonly worstMs: number | null;
  readonly worstTraceId: string | null;
}

const SUMS = [
  "requests",
  "errors",
  "timeouts",
  "retries",
  "dbErrors",
  "deadLetters",
  "meteredUnits",
  "billedUnits",
  "latencyMsSum",
] as const satisfies readonly (keyof MinuteSums)[];

/** The minute an instant lies in. */
export function minuteOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000);
}

const most = (one: number | null, other: number | null) => (one === null ? other : other === null ? one : Math.max(one, other));
const least = (one: number | null, other: number | null) => (one === null ? other : other === null ? one : Math.min(one, other));

function addCounts(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): Record<string, number> {
  const sum = { ...one };
  for (const [bucket, count] of Object.entries(other)) sum[bucket] = (sum[bucket] ?? 0) + count;
  return sum;
}

/** Of two slowest requests the slower; of two that took equally long the one whose trace id is the smaller, so that order never matters. */
function worse(one: Minute, other: Minute): Pick<Minute, "worstMs" | "worstTraceId"> {
  const [a, b] = [one.worstMs ?? -1, other.worstMs ?? -1];
  if (a !== b) {
    const { worstMs, worstTraceId } = a > b ? one : other;
    return { worstMs, worstTraceId };
  }
  const ids = [one.worstTraceId, other.worstTraceId].filter((id) => id !== null).sort();
  return { worstMs: one.worstMs, worstTraceId: ids[0] ?? null };
}

/** Two tellings of the same minute as one. It matters neither which comes first nor how they were cut. */
export function addMinutes(one: Minute, other: Minute): Minute {
  const sums = Object.fromEntries(SUMS.map((name) => [name, one[name] + other[name]])) as unknown as MinuteSums;
  return {
    ...one,
    ...sums,
    ...worse(one, other),
    queueDepthMax: most(one.queueDepthMax, other.queueDepthMax),
    queueCapacity: least(one.queueCapacity, other.queueCapacity),
    quotaUsed: most(one.quotaUsed, other.quotaUsed),
    quotaLimit: least(one.quotaLimit, other.quotaLimit),
    latency: addCounts(one.latency, other.latency),
  };
}

function minuteFrom(measure: Measure): Minute {
  const sums = Object.fromEntries(SUMS.map((name) => [name, measure[name] ?? 0])) as unknown as MinuteSums;
  return {
    ...sums,
    tenantId: measure.tenantId,
    minuteAt: minuteOf(measure.at),
    surface: measure.surface,
    queueDepthMax: measure.queueDepth ?? null,
    queueCapacity: measure.queueCapacity ?? null,
    quotaUsed: measure.quotaUsed ?? null,
    quotaLimit: measure.quotaLimit ?? null,
    latency: measure.latency ?? {},
    worstMs: measure.worstMs ?? null,
    worstTraceId: measure.worstTraceId ?? null,
  };
}

/** Adds a batch's measures up by minute, tenant and surface. @returns each minute once, in the order of its key: rows are locked in that order */
export function foldMinutes(measures: readonly Measure[]): Minute[] {
  const minutes = new Map<string, Minute>();
  for (const measure of measures) {
    const minute = minuteFrom(measure);
    const key = `${minute.tenantId} ${minute.minuteAt.toISOString()} ${minute.surface}`;
    const known = minutes.get(key);
    minutes.set(key, known ? addMinutes(known, minute) : minute);
  }
  return [...minutes].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, minute]) => minute);
}
