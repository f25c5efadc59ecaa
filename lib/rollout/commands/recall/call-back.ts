import { and, eq, sql } from "drizzle-orm";
import { pluginReleases } from "@/db/schema/delivery";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import type { WakeUp } from "@/lib/platform/background/queue";

interface Version {
  readonly pluginKey: string;
  readonly version: string;
}

/** Nobody gets a version any more: it is recalled, plans that wait for approval lapse, orders that no beat has fetched are withdrawn. */
export async function forbidVersion(tx: WriterTx, { pluginKey, version }: Version, { now }: CommandContext): Promise<void> {
  const at = now.toISOString();
  const release = and(eq(pluginReleases.pluginKey, pluginKey), eq(pluginReleases.version, version));
  await tx.update(pluginReleases).set({ status: "recalled" }).where(release);
  await tx.execute(sql`
    update plans set expires_at = ${at}::timestamptz where status = 'awaiting' and expires_at > ${at}::timestamptz
      and document ->> 'plugin_key' = ${pluginKey} and document ->> 'to_version' = ${version} and document ->> 'type' = 'update'`);
}

/**
 * Calls off every live attempt that installs a version, as the runbook's SQL does: workers withdraw or revert each. What no beat
 * has fetched is withdrawn here already, so that not even the next beat gets it.
 *
 * @param rolloutId  only attempts of this rollout, or null for everybody's
 * @returns wake-ups for the workers
 */
export async function callBackVersion(
  tx: WriterTx,
  { pluginKey, version, rolloutId }: Version & { readonly rolloutId: string | null },
  reason: string,
  { actor, now }: CommandContext,
): Promise<WakeUp[]> {
  const at = now.toISOString();
  const rows = await tx.execute<{ tenant_id: string; id: string }>(sql`
    with live as (
      select a.tenant_id, a.id, a.status, a.phase from plugin_autopatch_attempts a
      join plugins p on p.tenant_id = a.tenant_id and p.id = a.plugin_id
      where a.phase not in ('done', 'reverting') and a.method = 'update' and a.status <> 'cancelled'
        and p.plugin_key = ${pluginKey} and a.to_version = ${version} and ${rolloutId === null ? sql`true` : sql`a.rollout_id = ${rolloutId}`}
      order by a.tenant_id, a.id for update of a
    ), written as (
      insert into autopatch_attempt_events (tenant_id, attempt_id, id, at, from_status, to_status, phase, actor, reason, detail)
      select tenant_id, id, gen_random_uuid(), ${at}::timestamptz, status, 'cancelled', phase, ${actor.id}, ${`called back: ${reason}`}, '{}'::jsonb from live
    ), withdrawn as (
      update plugin_agent_commands c set status = 'cancelled', finished_at = ${at}::timestamptz from live
      where c.tenant_id = live.tenant_id and c.attempt_id = live.id and c.status = 'pending' and c.type = 'update'
    )
    update plugin_autopatch_attempts a set status = 'cancelled', due_at = ${at}::timestamptz, updated_at = ${at}::timestamptz
    from live where a.tenant_id = live.tenant_id and a.id = live.id
    returning a.tenant_id, a.id`);
  return rows.map((row) => ({ queue: "attempt" as const, id: row.id, tenantId: row.tenant_id }));
}
