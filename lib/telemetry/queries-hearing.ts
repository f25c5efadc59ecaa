import { sql } from "drizzle-orm";
import { SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";

/** How many other plugins used to speak shortly before a stretch of time, or have since, and how many of them were heard within it. */
export async function readHearing(
  tx: ReaderTx,
  { tenantId, pluginId }: { readonly tenantId: string; readonly pluginId: string },
  { since, until }: { readonly since: Date; readonly until: Date },
): Promise<{ others: number; heard: number }> {
  const [from, to] = [since.toISOString(), until.toISOString()];
  const [row] = await tx.execute<{ others: number; heard: number }>(sql`
    select count(*)::int as others, count(*) filter (where exists (select 1 from plugin_heartbeats b where b.tenant_id = s.tenant_id
      and b.plugin_id = s.plugin_id and b.received_at > ${from}::timestamptz and b.received_at <= ${to}::timestamptz))::int as heard
    from (select tenant_id, plugin_id from plugin_state where (tenant_id, plugin_id) <> (${tenantId}::uuid, ${pluginId}::uuid)
      and tenant_id <> ${SANDBOX_TENANT} and last_seen > ${from}::timestamptz - ${LIMITS.rolloutSilentSeconds} * interval '1 second'
      order by last_seen desc limit ${LIMITS.deafOthersAsked}) s`);
  return row ?? { others: 0, heard: 0 };
}
