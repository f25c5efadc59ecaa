import { ingest } from "@/db/ingest";
import { scopeFor } from "@/lib/access/system-actor";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { countedNow } from "@/lib/platform/observed/metrics/count";
import { scopeSettings } from "@/lib/platform/scope";

/**
 * Tells what this worker counted since it began, so that any web process can say it; and forgets workers that tell no more.
 *
 * @param owner  the worker; told by its first characters, which tell processes apart
 */
export async function tellCounts(owner: string, now: Date): Promise<void> {
  const process = owner.slice(0, LIMITS.processNameCharacters);
  const counts = JSON.stringify(await countedNow(process));
  const { tenants, all } = scopeSettings(scopeFor("operate"));
  await ingest().begin(async (sql) => {
    await sql`select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', ${all}, true)`;
    await sql`
      insert into process_counts (tenant_id, process, told_at, counts) values (${PLATFORM_TENANT}, ${process}, ${now}, ${counts}::text::jsonb)
      on conflict (tenant_id, process) do update set told_at = excluded.told_at, counts = excluded.counts`;
    await sql`delete from process_counts where told_at < ${new Date(now.getTime() - LIMITS.processSilentSeconds * 1_000)}`;
  });
}
