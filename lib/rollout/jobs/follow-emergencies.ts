import { sql } from "drizzle-orm";
import { scopeFor, systemActorFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { read } from "@/lib/platform/scope";
import { undoKept } from "../commands/emergency/undo-kept";

type Open = { tenant_id: string; home_tenant_id: string; emergency_id: string; plugin_id: string };

/**
 * Carries emergency rollbacks on: where no change is under way any more, what was kept is undone. An item is settled by its first
 * way back; after an hour people have seen what is left.
 *
 * @returns how many there were to look at
 */
export async function followEmergencies(now: Date): Promise<number> {
  const since = new Date(now.getTime() - LIMITS.emergencyFollowSeconds * 1_000).toISOString();
  const rows = await read(scopeFor("operate"), (tx) =>
    tx.execute<Open>(sql`
      select i.tenant_id, e.tenant_id as home_tenant_id, i.emergency_id, i.plugin_id from emergency_items i
      join emergency_rollbacks e on e.id = i.emergency_id
      where i.settled_at is null and i.created_at > ${since}::timestamptz and not exists (select 1 from plugin_autopatch_attempts a
          where a.tenant_id = i.tenant_id and a.plugin_id = i.plugin_id and a.phase <> 'done')
        -- Before its first beat since, the version that runs is the one that was called back.
        and (i.kind = 'undo' or exists (select 1 from plugin_autopatch_attempts a join plugin_state s on s.tenant_id = a.tenant_id and s.plugin_id = a.plugin_id
          where a.tenant_id = i.tenant_id and a.id = i.attempt_id and s.last_seen > a.finished_at))
      order by i.created_at limit ${LIMITS.sweepRows}`),
  );
  for (const { tenant_id: tenantId, home_tenant_id: homeTenantId, emergency_id: emergencyId, plugin_id: pluginId } of rows) {
    const actor = { ...systemActorFor("rollout", tenantId), tenants: { kind: "set", ids: [tenantId, homeTenantId] } } as const;
    try {
      await runCommand(undoKept, { input: { tenantId, homeTenantId, emergencyId, pluginId }, actor, now });
    } catch (error) {
      if (!(error instanceof Refusal))
        log.error("ERR_JOB_FAILED", "An emergency rollback waits for its next round", { error, tenant_id: tenantId });
    }
  }
  return rows.length;
}
