import type postgres from "postgres";
import { ingest } from "@/db/ingest";
import { scopeFor } from "@/lib/access/system-actor";
import { LIMITS } from "@/lib/platform/limits";
import { scopeSettings } from "@/lib/platform/scope";
import { STEPS, type Step } from "../steps";

/** What one transaction rolls up: part of an hour of one UTC day. */
export interface Chunk {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** Start of a 5-minute step. */
  readonly from: Date;
  /** Exclusive, within the same hour. */
  readonly to: Date;
  /** Where the day's watermark goes once this is stored. */
  readonly settledUntil: Date;
}

const MEASURES = [
  ["fail_rate", "webhook_fail_rate"],
  ["latency_p95", "latency_p95_ms"],
  ["queue_depth", "queue_depth"],
] as const;
const COUNTERS = [
  ["webhooks_sent", "webhooks_sent"],
  ["webhooks_failed", "webhooks_failed"],
  ["errors", "errors_total"],
] as const;

const number = (row: string, name: string) => `(${row}.telemetry ->> '${name}')::double precision`;
const columns = [
  "beats",
  ...COUNTERS.map(([column]) => column),
  ...MEASURES.flatMap(([column]) => [`${column}_sum`, `${column}_count`, `${column}_max`]),
];
const UPSERT = `on conflict (tenant_id, step_seconds, plugin_id, bucket_at) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(", ")}`;
const INTO = `insert into plugin_rollups (tenant_id, step_seconds, plugin_id, bucket_at, ${columns.join(", ")})`;

/** What a counter grew by since the boot's beats before; a boot's first beat has counted from zero, and one that went back grew by nothing. */
const growth = (column: string, name: string) =>
  `greatest(0, ${number("b", name)} - coalesce(greatest(max(${number("b", name)}) over earlier, p.${column}), 0)) as ${column}`;

/**
 * The finest step, from the beats themselves. What a boot counted before this chunk is looked for among the plugin's newest beats before
 * it, so that a chunk costs the same however old the boot is.
 */
const FROM_BEATS = `
with b as (
  select * from plugin_heartbeats where received_at >= $1::text::timestamptz and received_at < $2::text::timestamptz
), boots as (
  select distinct tenant_id, plugin_id, boot_id from b
), before as (
  select o.*, p.* from boots o cross join lateral (
    select ${COUNTERS.map(([column, name]) => `max(${number("n", name)}) as ${column}`).join(", ")} from (
      select boot_id, telemetry from plugin_heartbeats h
      where h.tenant_id = o.tenant_id and h.plugin_id = o.plugin_id and h.received_at < $1::text::timestamptz
      order by received_at desc, id desc limit ${LIMITS.rollupLookBackBeats}) n
    where n.boot_id = o.boot_id) p
), grown as (
  select b.tenant_id, b.plugin_id, b.received_at, b.telemetry, ${COUNTERS.map(([column, name]) => growth(column, name)).join(", ")}
  from b join before p on p.tenant_id = b.tenant_id and p.plugin_id = b.plugin_id and p.boot_id = b.boot_id
  window earlier as (partition by b.tenant_id, b.plugin_id, b.boot_id order by b.received_at, b.id rows between unbounded preceding and 1 preceding)
)
${INTO}
select tenant_id, 300, plugin_id, date_bin('5 minutes', received_at, 'epoch'), count(*),
  ${COUNTERS.map(([column]) => `coalesce(sum(${column}), 0)`).join(", ")},
  ${MEASURES.map(([, name]) => `coalesce(sum(${number("g", name)}), 0), count(${number("g", name)}), max(${number("g", name)})`).join(", ")}
from grown g group by 1, 3, 4 ${UPSERT}`;

/** A coarser step from the one below it, over the whole coarse step that holds the chunk. */
const fromStep = (below: Step, step: Step) => `
${INTO}
select tenant_id, ${step}, plugin_id, $1::text::timestamptz, sum(beats),
  ${COUNTERS.map(([column]) => `sum(${column})`).join(", ")},
  ${MEASURES.map(([column]) => `sum(${column}_sum), sum(${column}_count), max(${column}_max)`).join(", ")}
from plugin_rollups where step_seconds = ${below} and bucket_at >= $1::text::timestamptz and bucket_at < $1::text::timestamptz + interval '${step} seconds'
group by tenant_id, plugin_id ${UPSERT}`;

async function bindAll(sql: postgres.TransactionSql): Promise<void> {
  const { tenants, all } = scopeSettings(scopeFor("scan"));
  await sql`select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', ${all}, true)`;
}

/** How far each day is rolled up; days that nobody began stand at their start. Oldest first, never a day to come. */
export async function readDays(now: Date): Promise<{ day: string; rolledUntil: Date }[]> {
  const rows = await ingest()<{ day: string; rolled_until: Date }[]>`
    select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(w.rolled_until, d.day::timestamp at time zone 'UTC') as rolled_until
    from (select to_date(right(c.relname, 8), 'YYYYMMDD') as day from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'public.plugin_heartbeats'::regclass) d left join rollup_watermarks w on w.day = d.day
    where d.day <= (${now.toISOString()}::timestamptz at time zone 'UTC')::date order by d.day`;
  return rows.map((row) => ({ day: row.day, rolledUntil: row.rolled_until }));
}

/**
 * Rolls one chunk up in one transaction: steps and watermark, or nothing.
 *
 * @returns false when another worker holds the day, or has come further meanwhile
 */
export function rollUpChunk({ day, from, to, settledUntil }: Chunk): Promise<boolean> {
  return ingest().begin(async (sql) => {
    await bindAll(sql);
    await sql`insert into rollup_watermarks (day, rolled_until) values (${day}, ${`${day}T00:00:00Z`}) on conflict do nothing`;
    const [mark] = await sql<
      { rolled_until: Date }[]
    >`select rolled_until from rollup_watermarks where day = ${day} for update skip locked`;
    if (!mark || mark.rolled_until.getTime() > from.getTime()) return false;
    await sql.unsafe(FROM_BEATS, [from.toISOString(), to.toISOString()]);
    for (const [index, step] of STEPS.entries()) {
      const below = STEPS[index - 1];
      if (!below) continue;
      const bucket = new Date(Math.floor(from.getTime() / (step * 1_000)) * step * 1_000);
      await sql.unsafe(fromStep(below, step), [bucket.toISOString()]);
    }
    await sql`update rollup_watermarks set rolled_until = greatest(rolled_until, ${settledUntil.toISOString()}::timestamptz) where day = ${day}`;
    return true;
  });
}

/** Deletes what is older than its step is kept, a bounded number of rows at a time. @returns how many */
export async function dropOldRollups(now: Date): Promise<number> {
  return ingest().begin(async (sql) => {
    await bindAll(sql);
    let dropped = 0;
    for (const step of STEPS) {
      const before = new Date(now.getTime() - LIMITS.rollupRetentionDays[step] * 86_400_000).toISOString();
      const { count } = await sql`
        delete from plugin_rollups where (tenant_id, step_seconds, plugin_id, bucket_at) in (
          select tenant_id, step_seconds, plugin_id, bucket_at from plugin_rollups
          where step_seconds = ${step} and bucket_at < ${before}::timestamptz limit ${LIMITS.rollupDeleteRows})`;
      dropped += count;
    }
    const days = new Date(now.getTime() - 2 * LIMITS.heartbeatRetentionDays * 86_400_000).toISOString().slice(0, 10);
    await sql`delete from rollup_watermarks where day < ${days}::date`;
    return dropped;
  });
}
