import type postgres from "postgres";
import { ingest } from "@/db/ingest";
import { scopeFor } from "@/lib/access/system-actor";
import { LIMITS } from "@/lib/platform/limits";
import { scopeSettings } from "@/lib/platform/scope";
import { minuteSums, ROLLUP_STEPS, type SlowLine, SUM_COLUMNS } from "../minute-sums";

/** `fresh`: as minutes come; `settled`: once more when nobody may tell of them any longer. */
export type MarkKind = "fresh" | "settled";

/** What one transaction rolls up: part of one hour. */
export interface MinuteChunk {
  /** Start of a 5-minute step. */
  readonly from: Date;
  /** Exclusive, within the same hour. */
  readonly to: Date;
}

const COLUMNS = SUM_COLUMNS.join(", ");
const TOTALS = SUM_COLUMNS.map((column) => `sum(${column})`).join(", ");
const INTO = `insert into module_rollups (tenant_id, step_seconds, module_id, surface, bucket_at, ${COLUMNS})`;
const UPSERT = `on conflict (tenant_id, step_seconds, module_id, surface, bucket_at) do update set ${SUM_COLUMNS.map((column) => `${column} = excluded.${column}`).join(", ")}`;
const [FINEST, ...COARSER] = ROLLUP_STEPS;

const FROM_MINUTES = `${INTO}
select tenant_id, ${FINEST}, module_id, surface, date_bin('${FINEST} seconds', at, 'epoch'), ${TOTALS}
from (${minuteSums("$3", "m.minute_at >= $1::text::timestamptz and m.minute_at < $2::text::timestamptz")}) minutes group by 1, 3, 4, 5 ${UPSERT}`;

/** A coarser step from the one below it, over the whole step that holds the chunk. */
const fromBelow = (below: number, step: number) => `${INTO}
select tenant_id, ${step}, module_id, surface, $1::text::timestamptz, ${TOTALS} from module_rollups
where step_seconds = ${below} and bucket_at >= $1::text::timestamptz and bucket_at < $1::text::timestamptz + interval '${step} seconds'
group by tenant_id, module_id, surface ${UPSERT}`;

async function bindAll(sql: postgres.TransactionSql): Promise<void> {
  const { tenants, all } = scopeSettings(scopeFor("scan"));
  await sql`select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', ${all}, true)`;
}

/** How far each kind has come, and since when there are minutes at all; null where there is none. */
export function readMarks(): Promise<{ readonly fresh: Date | null; readonly settled: Date | null; readonly oldest: Date | null }> {
  return ingest().begin(async (sql) => {
    await bindAll(sql);
    const [marks] = await sql<{ fresh: Date | null; settled: Date | null; oldest: Date | null }[]>`
      select (select rolled_until from module_rollup_marks where kind = 'fresh') as fresh,
        (select rolled_until from module_rollup_marks where kind = 'settled') as settled, (select min(minute_at) from module_minutes) as oldest`;
    return marks ?? { fresh: null, settled: null, oldest: null };
  });
}

/**
 * Rolls one chunk up in one transaction: all its steps, and how far its kind has come, or nothing.
 * @returns false when another worker holds the kind, or has come further meanwhile
 */
export function rollUpMinutes(
  kind: MarkKind,
  { from, to }: MinuteChunk,
  reachedBefore: Date | null,
  lines: readonly SlowLine[],
): Promise<boolean> {
  return ingest().begin(async (sql) => {
    await bindAll(sql);
    await sql`insert into module_rollup_marks (kind, rolled_until) values (${kind}, '-infinity') on conflict do nothing`;
    const [mark] = await sql<{ isTaken: boolean }[]>`
      select rolled_until is distinct from coalesce(${reachedBefore?.toISOString() ?? null}::timestamptz, '-infinity') as "isTaken"
      from module_rollup_marks where kind = ${kind} for update skip locked`;
    if (!mark || mark.isTaken) return false;
    // Both kinds write the same hours and days, and each adds up what the other has just written: one of them at a time.
    await sql`select pg_advisory_xact_lock(7105654)`;
    await sql.unsafe(FROM_MINUTES, [from.toISOString(), to.toISOString(), JSON.stringify(lines)]);
    for (const [index, step] of COARSER.entries()) {
      const bucket = new Date(Math.floor(from.getTime() / (step * 1_000)) * step * 1_000);
      await sql.unsafe(fromBelow(ROLLUP_STEPS[index] ?? FINEST, step), [bucket.toISOString()]);
    }
    await sql`update module_rollup_marks set rolled_until = greatest(rolled_until, ${to.toISOString()}::timestamptz) where kind = ${kind}`;
    return true;
  });
}

/** Deletes what is older than its step is kept, a bounded number of rows at a time. @returns how many */
export function dropOldMinuteRollups(now: Date): Promise<number> {
  return ingest().begin(async (sql) => {
    await bindAll(sql);
    let dropped = 0;
    for (const step of ROLLUP_STEPS) {
      const before = new Date(now.getTime() - LIMITS.sloRollupRetentionDays[step] * 86_400_000).toISOString();
      const { count } = await sql`
        delete from module_rollups where (tenant_id, step_seconds, module_id, surface, bucket_at) in (
          select tenant_id, step_seconds, module_id, surface, bucket_at from module_rollups
          where step_seconds = ${step} and bucket_at < ${before}::timestamptz limit ${LIMITS.rollupDeleteRows})`;
      dropped += count;
    }
    return dropped;
  });
}
