import type postgres from "postgres";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { type Point, SERVED } from "../otlp/read-metrics";
import { type Telling, tellNew } from "../otlp/tell-new";
import type { Measure } from "../types";
import type { Complete, TellingRow } from "./store-signals";

interface Known {
  readonly tenantId: string;
  readonly series: string;
  readonly startedAt: Date;
  readonly toldAt: Date;
  readonly told: Telling["told"];
}

async function readKnown(sql: postgres.TransactionSql, moduleId: string, points: readonly Point[]): Promise<Map<string, Telling>> {
  const rows = await sql<Known[]>`
    select tenant_id as "tenantId", series, started_at as "startedAt", told_at as "toldAt", told from module_series
    where module_id = ${moduleId} and tenant_id = any (${[...new Set(points.map(({ tenantId }) => tenantId))]}) and series = any (${points.map(({ series }) => series)})`;
  return new Map(rows.map((row) => [row.series, row]));
}

/** Whether spans counted a module's requests of late, and no metric did: then a metric that is new tells of requests that are counted. */
async function spansCounted(sql: postgres.TransactionSql, moduleId: string, now: Date): Promise<boolean> {
  const [row] = await sql<{ counted: boolean }[]>`
    select exists (select from module_spans where module_id = ${moduleId} and kind = 'server' and at > ${new Date(now.getTime() - LIMITS.signalFirstSeconds * 1_000)})
      and not exists (select from module_series where module_id = ${moduleId} and metric like 'http.server.%') as counted`;
  return row?.counted ?? false;
}

async function roomFor(sql: postgres.TransactionSql, moduleId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from module_series where module_id = ${moduleId}`;
  return LIMITS.signalSeries - (row?.count ?? 0);
}

/**
 * Completes a batch of metrics: of counters that only rise, what is new since they were last told. One batch of a module at a time, so that
 * no two take the same rise for theirs.
 */
export function tellCounters(moduleId: string, points: readonly Point[], now: Date): Complete {
  return async (sql) => {
    const measures: Measure[] = points.filter(({ isCumulative }) => !isCumulative).map(({ measureOf, told }) => measureOf(told));
    const rising = points.filter(({ isCumulative }) => isCumulative);
    if (rising.length === 0) return { measures, tellings: [] };
    await sql`select pg_advisory_xact_lock(hashtextextended(${`module_series:${moduleId}`}, 0))`;
    const known = await readKnown(sql, moduleId, rising);
    const isCounted = await spansCounted(sql, moduleId, now);
    let room = await roomFor(sql, moduleId);
    const tellings = new Map<string, TellingRow>();
    let dropped = 0;
    for (const point of rising.toSorted((one, other) => one.toldAt.getTime() - other.toldAt.getTime())) {
      const before = known.get(point.series) ?? null;
      if (before === null) room -= 1;
      if (before === null && room < 0) {
        dropped += 1;
        continue;
      }
      const firstSeconds = isCounted && SERVED.test(point.metric) ? -1 : LIMITS.signalFirstSeconds;
      const { fresh, isNewest } = tellNew(point, before, firstSeconds);
      if (fresh.count > 0 || fresh.sum > 0) measures.push(point.measureOf(fresh));
      if (!isNewest) continue;
      known.set(point.series, point);
      const { tenantId, series, metric, startedAt, toldAt, told } = point;
      tellings.set(series, { tenantId, series, metric, startedAt: startedAt.toISOString(), toldAt: toldAt.toISOString(), told });
    }
    if (dropped > 0) log.warn("WARN_SIGNALS_DROPPED", "A module has more counters than are followed", { module_id: moduleId, dropped });
    return { measures, tellings: [...tellings.values()].sort((one, other) => (one.series < other.series ? -1 : 1)) };
  };
}

/** Completes a batch of spans: the requests they served, where no metric has counted requests of late. */
export function countServed(moduleId: string, served: readonly Measure[], now: Date): Complete {
  return async (sql) => {
    if (served.length === 0) return { measures: [], tellings: [] };
    const since = new Date(now.getTime() - LIMITS.signalServedSeconds * 1_000);
    const [row] = await sql<{ counted: boolean }[]>`
      select exists (select from module_series where module_id = ${moduleId} and metric like 'http.server.%' and told_at > ${since}) as counted`;
    return { measures: row?.counted ? [] : served, tellings: [] };
  };
}
