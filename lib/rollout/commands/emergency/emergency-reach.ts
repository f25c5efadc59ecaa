import { type SQL, sql } from "drizzle-orm";
import type { WriterTx } from "@/db/writer";
import type { EmergencyScope } from "@/lib/approvals/types";
import type { CommandType } from "@/lib/delivery/types";
import { LIMITS } from "@/lib/platform/limits";
import type { AttemptPhase } from "../../types";
import type { ReachedPlugin } from "./emergency-verdict";

/** The one version that a scope is about, or null for any. */
export function versionOf(scope: EmergencyScope): string | null {
  return typeof scope === "object" && "plugin_key" in scope ? (scope.version ?? null) : null;
}

/** Plugins of a scope; `p` is the table of plugins. What the actor may not see is out of reach by row security. */
export function isWithin(scope: EmergencyScope): SQL {
  if (scope === "global") return sql`true`;
  if ("tenant_id" in scope) return sql`p.tenant_id = ${scope.tenant_id}`;
  return sql`p.plugin_key = ${scope.plugin_key}`;
}

/** A plugin within reach, with what a rollback of it is made from. */
export interface Reached extends ReachedPlugin {
  readonly tenantId: string;
  readonly pluginId: string;
  readonly pluginKey: string;
  readonly liveId: string | null;
  readonly keptId: string | null;
  readonly keptIncidentId: string | null;
}

type Row = {
  tenant_id: string;
  plugin_id: string;
  plugin_key: string;
  status: string;
  running_version: string | null;
  capabilities: string[] | null;
  live_id: string | null;
  live_method: CommandType;
  live_phase: AttemptPhase;
  live_reached: boolean;
  kept_id: string | null;
  kept_incident_id: string | null;
  kept_method: CommandType;
  kept_from: string;
  kept_to: string | null;
  kept_at: string;
};

function reachedOf(row: Row): Reached {
  return {
    tenantId: row.tenant_id,
    pluginId: row.plugin_id,
    pluginKey: row.plugin_key,
    isActive: row.status === "active",
    runningVersion: row.running_version,
    capabilities: row.capabilities ?? [],
    liveId: row.live_id,
    live: row.live_id ? { method: row.live_method, phase: row.live_phase, isReached: row.live_reached } : null,
    keptId: row.kept_id,
    keptIncidentId: row.kept_incident_id,
    kept: row.kept_id
      ? { method: row.kept_method, fromVersion: row.kept_from, toVersion: row.kept_to, finishedAt: new Date(row.kept_at) }
      : null,
  };
}

/**
 * Plugins that an emergency rollback has to do with: those with a change under way first, then those with one that was kept in the
 * last weeks, and for one version whoever runs it.
 *
 * @param pluginId  only this one
 */
export async function readReach(tx: WriterTx, scope: EmergencyScope, now: Date, pluginId: string | null = null): Promise<Reached[]> {
  const version = versionOf(scope);
  const oldest = new Date(now.getTime() - LIMITS.emergencyMemorySeconds * 1_000).toISOString();
  const ofVersion = (column: SQL) => (version === null ? sql`true` : sql`${column} = ${version}`);
  const rows = await tx.execute<Row>(sql`
    select p.tenant_id, p.id as plugin_id, p.plugin_key, p.status, s.running_version, s.capabilities,
      live.id as live_id, live.method as live_method, live.phase as live_phase, coalesce(live.reached, false) as live_reached,
      kept.id as kept_id, kept.incident_id as kept_incident_id, kept.method as kept_method, kept.from_version as kept_from,
      kept.to_version as kept_to, kept.finished_at as kept_at
    from plugins p
    left join plugin_state s on s.tenant_id = p.tenant_id and s.plugin_id = p.id
    left join lateral (select a.id, a.method, a.phase, exists (select 1 from plugin_agent_commands c
        where c.tenant_id = a.tenant_id and c.attempt_id = a.id and c.offered_at is not null) as reached
      from plugin_autopatch_attempts a where a.tenant_id = p.tenant_id and a.plugin_id = p.id and a.phase <> 'done'
        and ${ofVersion(sql`a.to_version`)} limit 1) live on true
    left join lateral (select a.* from plugin_autopatch_attempts a where a.tenant_id = p.tenant_id and a.plugin_id = p.id
        and a.status = 'success' and a.phase = 'done' and a.method in ('update', 'config_update', 'rollback')
        and a.finished_at > ${oldest}::timestamptz order by a.finished_at desc, a.id desc limit 1) kept on ${ofVersion(sql`kept.to_version`)}
    where ${isWithin(scope)} and ${pluginId === null ? sql`true` : sql`p.id = ${pluginId}`}
      and (live.id is not null or kept.id is not null or ${version === null ? sql`false` : sql`s.running_version = ${version}`})
    order by live.id is null, p.tenant_id, p.id limit ${LIMITS.emergencyPlugins}`);
  return rows.map(reachedOf);
}
