import { sql } from "drizzle-orm";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import type { MeasuredService, Objective, SloMetric } from "./types";

/** SQL: what a row of the roll-ups, and what a minute, counts as bad for each metric. */
const BAD: Readonly<Record<SloMetric, readonly [step: string, minute: string]>> = {
  availability: ["down_minutes", "errors"],
  latency_p95: ["slow95", "coalesce(worst_ms, 0)"],
  latency_p99: ["slow99", "coalesce(worst_ms, 0)"],
  error_rate: ["errors", "errors"],
  queue_saturation: ["full_minutes", "coalesce(queue_depth_max, 0)"],
  database_errors: ["db_errors", "db_errors"],
  retries: ["retries", "retries"],
  timeouts: ["timeouts", "timeouts"],
};

/** A minute that cost much, with a trace that shows it where there is one. */
export interface WorstMinute {
  readonly at: string;
  readonly tenant_id: string;
  readonly requests: number;
  /** What of it was worst: failures, or for latencies milliseconds, or for queues their depth. */
  readonly value: number;
  readonly worst_ms: number | null;
  readonly trace_id: string | null;
}

export interface Spent {
  /** Hours that spent most, the worst first. */
  readonly hours: readonly { readonly at: string; readonly bad: number }[];
  readonly minutes: readonly WorstMinute[];
  /** Error codes told of in those hours, on any surface: codes are not kept by surface. */
  readonly codes: readonly { readonly code: string; readonly count: number; readonly trace_id: string | null }[];
}

const HOUR_MS = 3_600_000;

interface SpentOf {
  readonly objective: Objective;
  readonly service: MeasuredService;
  readonly tenantId: string | undefined;
  /** Where the budget's window begins. */
  readonly since: Date;
  readonly now: Date;
}

/**
 * What spent a budget: the hours that cost most, the worst minutes within them, and the error codes that came up there. Few rows are read:
 * hours find where to look, and minutes are read in those alone. The hour that is not over is always looked into: its roll-up lags behind.
 */
export async function readSpent(reader: ReaderTx, { objective, service, tenantId, since, now }: SpentOf): Promise<Spent> {
  const [step, minute] = BAD[objective.metric].map((column) => sql.raw(column));
  const whose = tenantId ? sql`and tenant_id = ${tenantId}::uuid` : sql``;
  const { moduleId } = service;
  const hours = await reader.execute<{ at: string; bad: number }>(sql`
    select bucket_at::text as at, sum(${step}) as bad from module_rollups
    where module_id = ${moduleId}::uuid and step_seconds = 3600 and surface = ${objective.surface} and bucket_at >= ${since.toISOString()}::timestamptz ${whose}
    group by bucket_at having sum(${step}) > 0 order by 2 desc, 1 desc limit ${LIMITS.sloWorstHours}`);
  const current = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  const starts = [...new Set([...hours.map(({ at }) => new Date(at).getTime()), current])].map((ms) => new Date(ms));
  const within = sql.join(
    starts.map((at) => {
      const end = new Date(at.getTime() + HOUR_MS);
      return sql`(minute_at >= ${at.toISOString()}::timestamptz and minute_at < ${end.toISOString()}::timestamptz)`;
    }),
    sql` or `,
  );
  const minutes = await reader.execute<{
    at: string;
    tenant_id: string;
    requests: number;
    value: number;
    worst_ms: number | null;
    trace_id: string | null;
  }>(sql`
    select minute_at::text as at, tenant_id, requests, ${minute} as value, worst_ms, worst_trace_id as trace_id from module_minutes
    where module_id = ${moduleId}::uuid and surface = ${objective.surface} and (${within}) and ${minute} > 0 ${whose}
    order by ${minute} desc, minute_at desc limit ${LIMITS.sloWorstMinutes}`);
  const codes = await reader.execute<{ code: string; count: number; trace_id: string | null }>(sql`
    select code, sum(count) as count, min(sample_trace_id) as trace_id from module_error_minutes
    where module_id = ${moduleId}::uuid and (${within}) ${whose} group by code order by 2 desc, 1 limit ${LIMITS.sloCodesShown}`);
  return {
    hours: hours.map(({ at, bad }) => ({ at: new Date(at).toISOString(), bad: Number(bad) })),
    minutes: minutes.map((row) => ({ ...row, at: new Date(row.at).toISOString() })),
    codes: [...codes],
  };
}
