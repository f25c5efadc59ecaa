import { setImmediate } from "node:timers/promises";
import { and, asc, desc, eq, gte, lt, lte } from "drizzle-orm";
import { pluginIncidents } from "@/db/schema/incidents";
import { pluginHeartbeats, pluginRollups, pluginStreams } from "@/db/schema/telemetry";
import { plugins, tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { isKnown, STREAM_METRICS, type StreamBeat, unpackStreams } from "@/lib/detection/detectors/plugin-streams";
import { SPIKE } from "@/lib/detection/detectors/spike";
import {
  expectedNext,
  newestOf,
  newWatch,
  raisedAbout,
  type StreamMetric,
  type StreamWatch,
  type WatchedPoint,
  watchBeat,
} from "@/lib/detection/detectors/watch-stream";
import type { Finding } from "@/lib/detection/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { downsample } from "../downsample";
import { markGaps } from "../mark-gaps";
import { seriesOf } from "../series-of";
import { chooseStep } from "../steps";
import type { SeriesMetric } from "../types";
import type { StreamSpan } from "./stream-query";

type Stored = typeof pluginStreams.$inferSelect;

/** Beats that are replayed before others get their turn: some 10 ms. */
const BEATS_AT_ONCE = 250;
/** A line does not lead over a longer silence than this, in seconds. */
const GAP_STEP = 300;
const INCIDENTS_SHOWN = 50;

/** What the roll-ups know of a stream's metric, and by what a step's figure is divided to be in the metric's unit. */
const ROLLED: Readonly<Partial<Record<StreamMetric, { readonly metric: SeriesMetric; readonly perMinute: boolean }>>> = {
  webhook_fail_rate: { metric: "webhook_fail_rate", perMinute: false },
  errors_a_minute: { metric: "errors", perMinute: true },
  latency_p95_ms: { metric: "latency_p95_ms", perMinute: false },
  queue_depth: { metric: "queue_depth", perMinute: false },
};

export interface StreamFinding {
  readonly rule_id: string;
  readonly statistic: string;
  readonly value: number;
  readonly usual: { readonly low: number; readonly high: number } | null;
  readonly explain: string;
  readonly from: string;
  /** Null while it is still raised. */
  readonly to: string | null;
}

function findingItem({ ruleId, statistic, value, usual, explain, observedAt }: Finding, until: Date | null): StreamFinding {
  const from = new Date(observedAt).toISOString();
  return { rule_id: ruleId, statistic, value, usual, explain, from, to: until?.toISOString() ?? null };
}

interface Place {
  readonly tenantId: string;
  readonly pluginId: string;
}

async function findPlace(tx: ReaderTx, pluginId: string) {
  const [found] = await tx
    .select({ tenantId: plugins.tenantId, pluginKey: plugins.pluginKey, tenantName: tenants.name })
    .from(plugins)
    .innerJoin(tenants, eq(tenants.id, plugins.tenantId))
    .where(eq(plugins.id, pluginId));
  return found ?? null;
}

async function readStored(tx: ReaderTx, { tenantId, pluginId }: Place): Promise<Stored | null> {
  const [row] = await tx
    .select()
    .from(pluginStreams)
    .where(and(eq(pluginStreams.tenantId, tenantId), eq(pluginStreams.pluginId, pluginId)));
  return row ?? null;
}

/** Stored beats from the warm-up before a span until its end, oldest first; the newest when there are more than may be replayed. */
async function readBeats(tx: ReaderTx, { tenantId, pluginId }: Place, { from, to }: StreamSpan): Promise<StreamBeat[]> {
  const table = pluginHeartbeats;
  const since = new Date(from.getTime() - LIMITS.streamWarmUpSeconds * 1_000);
  const rows = await tx
    .select({
      id: table.id,
      receivedAt: table.receivedAt,
      bootId: table.bootId,
      seq: table.seq,
      runningVersion: table.runningVersion,
      diskVersion: table.diskVersion,
      active: table.isActive,
      telemetry: table.telemetry,
    })
    .from(table)
    .where(and(eq(table.tenantId, tenantId), eq(table.pluginId, pluginId), gte(table.receivedAt, since), lte(table.receivedAt, to)))
    .orderBy(desc(table.receivedAt), desc(table.id))
    .limit(LIMITS.streamReplayBeats);
  return rows.reverse().map((row) => ({ ...row, errors: [] }));
}

async function readIncidents(tx: ReaderTx, { tenantId, pluginId }: Place, { from, to, metric }: StreamSpan) {
  const table = pluginIncidents;
  const rows = await tx
    .select({
      id: table.id,
      type: table.type,
      severity: table.severity,
      status: table.status,
      openedAt: table.openedAt,
      finding: table.finding,
    })
    .from(table)
    .where(and(eq(table.tenantId, tenantId), eq(table.pluginId, pluginId), gte(table.openedAt, from), lte(table.openedAt, to)))
    .orderBy(desc(table.openedAt), desc(table.id))
    .limit(INCIDENTS_SHOWN);
  return rows.map(({ id, type, severity, status, openedAt, finding }) => ({
    id,
    type,
    severity,
    status,
    opened_at: openedAt.toISOString(),
    explain: finding.explain,
    /** Whether it was this stream that it was opened for. */
    is_of_stream: finding.ruleId.endsWith(`:${metric}`),
  }));
}

/** The metric as the roll-ups know it, in its own unit; nothing for a metric that is not rolled up. */
async function readRollups(tx: ReaderTx, { tenantId, pluginId }: Place, { from, to, metric }: StreamSpan) {
  const rolled = ROLLED[metric];
  const step = chooseStep(to.getTime() - from.getTime(), LIMITS.streamRollups);
  if (!rolled) return { step_seconds: step, points: [] };
  const table = pluginRollups;
  const rows = await tx
    .select()
    .from(table)
    .where(
      and(
        eq(table.tenantId, tenantId),
        eq(table.stepSeconds, step),
        eq(table.pluginId, pluginId),
        gte(table.bucketAt, from),
        lt(table.bucketAt, to),
      ),
    )
    .orderBy(asc(table.bucketAt))
    .limit(LIMITS.streamRollups + 1);
  const all = seriesOf(rows, rolled.metric);
  const divisor = rolled.perMinute ? step / 60 : 1;
  return {
    step_seconds: step,
    points: markGaps(downsample(all, LIMITS.streamRollups), all, step).map(({ atMs, value, isAfterGap }) => ({
      at: new Date(atMs).toISOString(),
      value: value / divisor,
      after_gap: isAfterGap,
    })),
  };
}

/** Feeds the stored beats to detectors that know nothing, a few at a time, so that no request waits for another's replay. */
async function replay(metric: StreamMetric, hasBank: boolean, beats: readonly StreamBeat[]) {
  let watch: StreamWatch = newWatch(metric, hasBank);
  const points: WatchedPoint[] = [];
  for (const [index, beat] of beats.entries()) {
    if (index > 0 && index % BEATS_AT_ONCE === 0) await setImmediate();
    const seen = watchBeat(watch, beat);
    watch = seen.watch;
    if (seen.point) points.push(seen.point);
  }
  return { watch, points };
}

/** Points of a span, thinned to what can be drawn. */
function drawnPoints(points: readonly WatchedPoint[], { from, points: most }: StreamSpan) {
  const all = points.filter(({ at }) => at >= from).map((point) => ({ ...point, atMs: point.at.getTime() }));
  const kept = markGaps(downsample(all, most), all, GAP_STEP);
  return {
    is_thinned: kept.length < all.length,
    points: kept.map(({ at, value, expected, score, isRaised, isAfterGap }) => ({
      at: at.toISOString(),
      value,
      low: expected?.low ?? null,
      high: expected?.high ?? null,
      score,
      raised: isRaised,
      after_gap: isAfterGap,
    })),
  };
}

/** Whether the replay raises what the detectors themselves have raised; null where they are not at the same beat. */
function agreement(watch: StreamWatch, stored: Stored | null): boolean | null {
  if (!stored?.takenId || watch.state.taken?.id !== stored.takenId) return null;
  const live = raisedAbout(watch.metric, stored.raised).flatMap(({ finding, isOver }) => (isOver ? [] : finding.ruleId));
  const replayed = raisedAbout(watch.metric, watch.state.raised).map(({ finding }) => finding.ruleId);
  return live.length === replayed.length && live.every((ruleId) => replayed.includes(ruleId));
}

/**
 * One metric of a plugin as the detectors see it: each beat with where it was expected, how new it looked and what was raised.
 *
 * What was expected is nowhere stored: it is rebuilt by giving the stored beats to the detectors once more, beginning
 * LIMITS.streamWarmUpSeconds before the span, and `rebuilt` says from where and whether it comes out as it really did.
 *
 * @returns null when there is no such plugin in scope
 */
export async function readStream(scope: TenantScope, pluginId: string, span: StreamSpan) {
  const found = await read(scope, async (tx) => {
    const plugin = await findPlace(tx, pluginId);
    if (!plugin) return null;
    const place = { tenantId: plugin.tenantId, pluginId };
    const [stored, beats] = [await readStored(tx, place), await readBeats(tx, place, span)];
    return { plugin, stored, beats, incidents: await readIncidents(tx, place, span), rollups: await readRollups(tx, place, span) };
  });
  if (!found) return null;
  const { plugin, stored, beats, incidents, rollups } = found;
  const hasBank = stored?.hasBanks ?? false;
  const { watch, points } = await replay(span.metric, hasBank, beats);
  const shown = watch.episodes.filter(({ until }) => until === null || until >= span.from);
  return {
    plugin_id: pluginId,
    plugin_key: plugin.pluginKey,
    tenant_name: plugin.tenantName,
    metric: span.metric,
    from: span.from.toISOString(),
    to: span.to.toISOString(),
    rebuilt: {
      from: beats[0]?.receivedAt.toISOString() ?? null,
      beats: beats.length,
      has_bank: hasBank,
      is_cut: beats.length === LIMITS.streamReplayBeats,
      agrees: agreement(watch, stored),
    },
    /** Whether the plugin was heard for a day, before which nothing is raised. */
    is_known: isKnown(watch.state.streams),
    calm_until: watch.state.calmUntil?.toISOString() ?? null,
    ...drawnPoints(points, span),
    rollups,
    findings: shown.map(({ finding, until }) => findingItem(finding, until)),
    incidents,
  };
}
export type StreamView = NonNullable<Awaited<ReturnType<typeof readStream>>>;

/** What the detectors themselves remember of each metric of a plugin, as it is stored; null when there is no such plugin in scope. */
export async function listStreams(scope: TenantScope, pluginId: string) {
  const found = await read(scope, async (tx) => {
    const plugin = await findPlace(tx, pluginId);
    return plugin && { stored: await readStored(tx, { tenantId: plugin.tenantId, pluginId }) };
  });
  if (!found) return null;
  const { stored } = found;
  const streams = stored?.streams ? unpackStreams(stored.streams) : null;
  return {
    plugin_id: pluginId,
    taken_at: stored?.takenAt?.toISOString() ?? null,
    calm_until: stored?.calmUntil?.toISOString() ?? null,
    has_bank: stored?.hasBanks ?? false,
    is_known: streams !== null && isKnown(streams),
    items: STREAM_METRICS.map((metric, index) => {
      const stream = streams?.[index];
      return {
        metric,
        points: stream?.spike[SPIKE.count] ?? 0,
        newest: stream ? newestOf(metric, stream) : null,
        expected: stream ? expectedNext(metric, stream) : null,
        raised: raisedAbout(metric, stored?.raised ?? []).flatMap(({ finding, isOver }) => (isOver ? [] : findingItem(finding, null))),
      };
    }),
  };
}
export type StreamList = NonNullable<Awaited<ReturnType<typeof listStreams>>>;
