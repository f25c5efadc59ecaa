import { LIMITS } from "@/lib/platform/limits";

/** Columns of `module_rollups` that add up, in their order. */
export const SUM_COLUMNS = [
  "minutes",
  "requests",
  "errors",
  "timeouts",
  "retries",
  "db_errors",
  "timed",
  "slow95",
  "slow99",
  "asked_minutes",
  "down_minutes",
  "queue_minutes",
  "full_minutes",
] as const;

/** From which latency bucket on requests of one surface of one service are slow. */
export interface SlowLine {
  readonly module_id: string;
  readonly surface: string;
  readonly bucket95: number;
  readonly bucket99: number;
}

/** Steps of the roll-ups in seconds, each made of the one before it. */
export const ROLLUP_STEPS = [300, 3_600, 86_400] as const;

/**
 * SQL: each minute between two parameters as a row of what adds up. A service that no line speaks of has no limit: its requests are not
 * counted as timed, rather than as fast.
 *
 * @param lines  the parameter that holds the SlowLines as JSON
 * @param where  what else is asked of a minute `m`
 */
export function minuteSums(lines: string, where: string): string {
  return `
  select m.tenant_id, m.module_id, m.surface, m.minute_at as at, 1::float8 as minutes, m.requests, m.errors, m.timeouts, m.retries, m.db_errors,
    t.timed, t.slow95, t.slow99,
    case when m.requests > 0 then 1 else 0 end::float8 as asked_minutes,
    case when m.errors >= ${LIMITS.sloDownErrors} and m.errors >= ${LIMITS.sloDownShare} * m.requests and m.requests > 0 then 1 else 0 end::float8 as down_minutes,
    case when m.queue_depth_max is not null and m.queue_capacity > 0 then 1 else 0 end::float8 as queue_minutes,
    case when m.queue_capacity > 0 and m.queue_depth_max > ${LIMITS.sloQueueShare} * m.queue_capacity then 1 else 0 end::float8 as full_minutes
  from module_minutes m
    left join json_to_recordset(${lines}::text::json) as l (module_id uuid, surface text, bucket95 int, bucket99 int)
      on l.module_id = m.module_id and l.surface = m.surface
    cross join lateral (
      select coalesce(sum(value::float8), 0) as timed, coalesce(sum(value::float8) filter (where key::int >= l.bucket95), 0) as slow95,
        coalesce(sum(value::float8) filter (where key::int >= l.bucket99), 0) as slow99
      from jsonb_each_text(m.latency) where l.bucket95 is not null) t
  where ${where}`;
}
