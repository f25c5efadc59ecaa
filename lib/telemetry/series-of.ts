import type { pluginRollups } from "@/db/schema/telemetry";
import type { Point } from "./downsample";
import type { SeriesMetric } from "./types";

type Rollup = Omit<typeof pluginRollups.$inferSelect, "tenantId" | "pluginId" | "stepSeconds">;

/** A point of one measure; `max` is the highest that a beat of the step said, null for what is counted. */
export interface SeriesPoint extends Point {
  readonly max: number | null;
}

type Reading = (rollup: Rollup) => { readonly value: number; readonly max: number | null } | null;

const counted =
  (pick: (rollup: Rollup) => number): Reading =>
  (rollup) => ({ value: pick(rollup), max: null });

const measured =
  (pick: (rollup: Rollup) => readonly [sum: number, count: number, max: number | null]): Reading =>
  (rollup) => {
    const [sum, count, max] = pick(rollup);
    // A step in which nobody said anything is a gap in the line, not a zero.
    return count > 0 ? { value: sum / count, max } : null;
  };

const READINGS: Readonly<Record<SeriesMetric, Reading>> = {
  beats: counted((rollup) => rollup.beats),
  webhooks_sent: counted((rollup) => rollup.webhooksSent),
  webhooks_failed: counted((rollup) => rollup.webhooksFailed),
  errors: counted((rollup) => rollup.errors),
  webhook_fail_rate: measured((rollup) => [rollup.failRateSum, rollup.failRateCount, rollup.failRateMax]),
  latency_p95_ms: measured((rollup) => [rollup.latencyP95Sum, rollup.latencyP95Count, rollup.latencyP95Max]),
  queue_depth: measured((rollup) => [rollup.queueDepthSum, rollup.queueDepthCount, rollup.queueDepthMax]),
};

/** One measure of roll-ups in order of time: counters as the step's sum, what beats measured as its mean with the highest beside it. */
export function seriesOf(rollups: readonly Rollup[], metric: SeriesMetric): readonly SeriesPoint[] {
  return rollups.flatMap((rollup) => {
    const reading = READINGS[metric](rollup);
    return reading ? [{ atMs: rollup.bucketAt.getTime(), ...reading }] : [];
  });
}
