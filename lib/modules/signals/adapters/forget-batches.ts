import { ingest } from "@/db/ingest";
import { LIMITS } from "@/lib/platform/limits";

/** Forgets which batches were stored, and counters that are told no more, some thousands at a time: nobody sends them again. */
export async function forgetBatches(now: Date): Promise<void> {
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
  await ingest().begin(async (sql) => {
    await sql`select set_config('center.tenants', '{}', true), set_config('center.scope_all', 'operate', true)`;
    await sql`delete from module_batches where (tenant_id, module_id, batch_id) in (select tenant_id, module_id, batch_id from module_batches
      where committed_at < ${before(LIMITS.signalBatchSeconds)} limit ${LIMITS.spentRowsAtOnce})`;
    await sql`delete from module_series where told_at < ${before(LIMITS.signalSeriesSeconds)}`;
  });
}
