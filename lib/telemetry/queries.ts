import { and, desc, eq, gt, lt, or, sql } from "drizzle-orm";
import { pluginHeartbeats, pluginState } from "@/db/schema/telemetry";
import { plugins } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import type { PluginWindow } from "@/lib/detection/types";
import { SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, readOften } from "@/lib/platform/scope";
import type { BeatSample, ScanSubject } from "./types";

/** Why a plugin is watched closely: its beats come every 15 s and are looked at one by one. */
export interface Attention {
  /** The newest beat is the first of its boot. */
  readonly hasJustBooted: boolean;
  readonly hasIncident: boolean;
  readonly hasAttempt: boolean;
  readonly hasCommands: boolean;
}

interface AttentionRow {
  readonly id: string;
  readonly boot: boolean;
  readonly incident: boolean;
  readonly attempt: boolean;
  readonly command: boolean;
}

const ATTENTION = `
select p.id, s.booted_at = s.last_seen as boot,
  exists (select 1 from plugin_incidents i where i.tenant_id = p.tenant_id and i.plugin_id = p.id and i.status not in ('resolved', 'closed')) as incident,
  exists (select 1 from plugin_autopatch_attempts a where a.tenant_id = p.tenant_id and a.plugin_id = p.id and a.phase <> 'done') as attempt,
  exists (select 1 from plugin_agent_commands c where c.tenant_id = p.tenant_id and c.plugin_id = p.id and c.status in ('pending', 'offered')
    and c.expires_at > $2::text::timestamptz) as command
from plugins p join plugin_state s on s.tenant_id = p.tenant_id and s.plugin_id = p.id where p.id = any ($1::text::uuid[])`;

/** Which of these plugins have an open incident, a running attempt or a command that may still travel; those with none are left out. */
export async function readAttention(scope: TenantScope, pluginIds: readonly string[], now: Date): Promise<Map<string, Attention>> {
  const rows = await readOften<AttentionRow>(scope, ATTENTION, [`{${pluginIds.join(",")}}`, now.toISOString()]);
  const watched = rows.filter((row) => row.boot || row.incident || row.attempt || row.command);
  return new Map(
    watched.map(({ id, boot, incident, attempt, command }) => [
      id,
      { hasJustBooted: boot, hasIncident: incident, hasAttempt: attempt, hasCommands: command },
    ]),
  );
}

const sampleColumns = {
  receivedAt: pluginHeartbeats.receivedAt,
  bootId: pluginHeartbeats.bootId,
  seq: pluginHeartbeats.seq,
  runningVersion: pluginHeartbeats.runningVersion,
  diskVersion: pluginHeartbeats.diskVersion,
  active: pluginHeartbeats.isActive,
  telemetry: pluginHeartbeats.telemetry,
  errors: pluginHeartbeats.errors,
};

/** Beats of one plugin since an instant, oldest first, at most LIMITS.windowBeats of the newest. */
export async function readBeats(tx: ReaderTx, tenantId: string, pluginId: string, since: Date): Promise<BeatSample[]> {
  const rows = await tx
    .select(sampleColumns)
    .from(pluginHeartbeats)
    .where(and(eq(pluginHeartbeats.tenantId, tenantId), eq(pluginHeartbeats.pluginId, pluginId), gt(pluginHeartbeats.receivedAt, since)))
    .orderBy(desc(pluginHeartbeats.receivedAt), desc(pluginHeartbeats.id))
    .limit(LIMITS.windowBeats);
  return rows.reverse();
}

/** What the static rules look at for one plugin now, or null when it never reported. */
export async function readPluginWindow(tx: ReaderTx, tenantId: string, pluginId: string, now: Date): Promise<PluginWindow | null> {
  const [plugin] = await tx
    .select({ version: plugins.version, probeUrl: plugins.probeUrl, lastSeen: pluginState.lastSeen })
    .from(plugins)
    .leftJoin(pluginState, and(eq(pluginState.tenantId, plugins.tenantId), eq(pluginState.pluginId, plugins.id)))
    .where(and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId)));
  if (!plugin?.lastSeen) return null;
  const beats = await readBeats(tx, tenantId, pluginId, new Date(now.getTime() - LIMITS.windowSeconds * 1_000));
  const [told] = await tx.execute<{ closely: boolean }>(sql`
    select exists (select 1 from plugin_incidents where tenant_id = ${tenantId} and plugin_id = ${pluginId}
        and status not in ('resolved', 'closed') and detected_at <= ${plugin.lastSeen.toISOString()}::timestamptz)
      or exists (select 1 from plugin_autopatch_attempts where tenant_id = ${tenantId} and plugin_id = ${pluginId}
        and phase <> 'done' and created_at <= ${plugin.lastSeen.toISOString()}::timestamptz) as closely`);
  return {
    now,
    registeredVersion: plugin.version,
    // What the answer to the newest beat asked for: an incident that came later has not reached the agent yet.
    expectedIntervalSeconds: told?.closely ? LIMITS.heartbeatProbationSeconds : LIMITS.heartbeatSeconds,
    lastSeenAt: plugin.lastSeen,
    beats,
    probe: null,
    hasProbeUrl: plugin.probeUrl !== null,
  };
}

/** Plugins that a scan may have to look at: heard of since an instant, silent since one, or watched closely. */
export async function readScanSubjects(tx: ReaderTx, heardSince: Date, silentSince: Date): Promise<ScanSubject[]> {
  const { tenantId, pluginId, lastSeen, bootId, bootedAt, seq, runningVersion, diskVersion, isActive, telemetry, errors } = pluginState;
  const isWatched = sql<boolean>`(exists (select 1 from plugin_incidents i where i.tenant_id = ${tenantId} and i.plugin_id = ${pluginId}
      and i.status not in ('resolved', 'closed'))
    or exists (select 1 from plugin_autopatch_attempts a where a.tenant_id = ${tenantId} and a.plugin_id = ${pluginId} and a.phase <> 'done'))`;
  const isUnproven = sql<boolean>`${plugins.lastGoodVersion} is distinct from ${runningVersion}`;
  const state = { tenantId, pluginId, lastSeen, bootId, bootedAt, seq, runningVersion, diskVersion, active: isActive, telemetry, errors };
  const rows = await tx
    .select({ ...state, probeUrl: plugins.probeUrl, isWatched, isUnproven })
    .from(pluginState)
    .innerJoin(plugins, and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId)))
    .where(and(eq(plugins.status, "active"), or(gt(lastSeen, heardSince), lt(lastSeen, silentSince), isWatched)));
  return rows.map(({ tenantId, pluginId, probeUrl, isWatched, isUnproven, bootedAt, lastSeen, ...word }) => {
    return { tenantId, pluginId, probeUrl, isWatched, isUnproven, bootedAt, newest: { receivedAt: lastSeen, ...word } };
  });
}

/** How many other plugins used to speak shortly before a stretch of time, or have since; how many of them were heard within it, and how many early in it. */
export async function readHearing(
  tx: ReaderTx,
  { tenantId, pluginId }: { readonly tenantId: string; readonly pluginId: string },
  { since, early, until }: { readonly since: Date; readonly early: Date; readonly until: Date },
): Promise<{ others: number; heard: number; heardEarly: number }> {
  const [from, soon, to] = [since.toISOString(), early.toISOString(), until.toISOString()];
  const [row] = await tx.execute<{ others: number; heard: number; heardEarly: number }>(sql`
    select count(*)::int as others, count(f.at)::int as heard, count(*) filter (where f.at <= ${soon}::timestamptz)::int as "heardEarly"
    from (select tenant_id, plugin_id from plugin_state where (tenant_id, plugin_id) <> (${tenantId}::uuid, ${pluginId}::uuid)
      and tenant_id <> ${SANDBOX_TENANT} and last_seen > ${from}::timestamptz - ${LIMITS.rolloutSilentSeconds} * interval '1 second'
      order by last_seen desc limit ${LIMITS.deafOthersAsked}) s
    cross join lateral (select min(b.received_at) as at from plugin_heartbeats b where b.tenant_id = s.tenant_id and b.plugin_id = s.plugin_id
      and b.received_at > ${from}::timestamptz and b.received_at <= ${to}::timestamptz) f`);
  return row ?? { others: 0, heard: 0, heardEarly: 0 };
}
