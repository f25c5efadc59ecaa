import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { autopatchAttempts, pluginReleases } from "@/db/schema/delivery";
import type { pluginIncidents } from "@/db/schema/incidents";
import { pluginState } from "@/db/schema/telemetry";
import { plugins, tenants } from "@/db/schema/tenants";
import { takesOnlySigned } from "@/lib/delivery/takes-only-signed";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import { refuse } from "@/lib/kernel/refusal";
import { compareVersions, isMajorChange } from "@/lib/kernel/semver";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import type { BeatSample } from "@/lib/telemetry/types";
import { onsetOf } from "./cases/onset-of";
import { SIRA_ACTIONS, type SiraRequest } from "./types";

type IncidentRow = typeof pluginIncidents.$inferSelect;
export type ReleaseRow = typeof pluginReleases.$inferSelect;
const MOST_RELEASES = 20;

/** A plugin as the decider needs it: its record and its newest word. */
export async function readSubject(tx: ReaderTx, tenantId: string, pluginId: string) {
  const [row] = await tx
    .select({ plugin: plugins, state: pluginState, isTenantDisabled: tenants.isDisabled })
    .from(plugins)
    .innerJoin(tenants, eq(tenants.id, plugins.tenantId))
    .innerJoin(pluginState, and(eq(pluginState.tenantId, plugins.tenantId), eq(pluginState.pluginId, plugins.id)))
    .where(and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId)));
  return row ?? refuse("not-found", `No plugin ${pluginId} that ever reported`);
}

/**
 * Releases that a plugin may receive, newest first: `early` hears of everything, the others of their own channel and stable; an agent
 * with a pinned root takes only what its vendor signed.
 */
async function readReleases(tx: ReaderTx, pluginKey: string, channel: string, capabilities: readonly string[]): Promise<ReleaseRow[]> {
  const channels = [...new Set([channel, "stable"])];
  const isAcceptable = takesOnlySigned(capabilities) ? isNotNull(pluginReleases.signatures) : undefined;
  const rows = await tx
    .select()
    .from(pluginReleases)
    .where(
      and(
        eq(pluginReleases.pluginKey, pluginKey),
        eq(pluginReleases.status, "published"),
        inArray(pluginReleases.channel, channels),
        isAcceptable,
      ),
    );
  return rows.sort((a, b) => compareVersions(b.version, a.version)).slice(0, MOST_RELEASES);
}

/** How attempts in which each version was rehearsed or really ran ended, over the whole fleet and on this plugin. */
async function readRecord(tx: ReaderTx, pluginKey: string, pluginId: string, versions: readonly string[]) {
  const hadItsChance = sql`(${autopatchAttempts.status} = 'rolled_back' or (${autopatchAttempts.status} = 'failed' and ${autopatchAttempts.stagingReport} ->> 'passed' = 'false'))`;
  const rows = await tx
    .select({
      version: autopatchAttempts.toVersion,
      succeeded: sql<number>`count(*) filter (where ${autopatchAttempts.status} = 'success')::int`,
      failed: sql<number>`count(*) filter (where ${hadItsChance})::int`,
      failedHere: sql<boolean>`coalesce(bool_or(${hadItsChance} and ${autopatchAttempts.pluginId} = ${pluginId}), false)`,
    })
    .from(autopatchAttempts)
    .innerJoin(plugins, and(eq(plugins.tenantId, autopatchAttempts.tenantId), eq(plugins.id, autopatchAttempts.pluginId)))
    .where(
      and(eq(plugins.pluginKey, pluginKey), inArray(autopatchAttempts.toVersion, [...versions]), eq(autopatchAttempts.method, "update")),
    )
    .groupBy(autopatchAttempts.toVersion);
  return new Map(rows.map((row) => [row.version, row]));
}

async function readPeers(
  tx: ReaderTx,
  own: { pluginKey: string; pluginId: string },
  version: string,
  type: string,
): Promise<{ sick: number; total: number }> {
  const [row] = await tx.execute<{ sick: number; total: number }>(sql`
    select count(*)::int as total, count(i.id)::int as sick
    from plugin_state s join plugins p on p.tenant_id = s.tenant_id and p.id = s.plugin_id
    left join plugin_incidents i on i.tenant_id = p.tenant_id and i.plugin_id = p.id and i.type = ${type} and i.status not in ('resolved', 'closed')
    where p.plugin_key = ${own.pluginKey} and p.id <> ${own.pluginId} and p.status = 'active' and s.running_version = ${version}`);
  return { sick: row?.sick ?? 0, total: row?.total ?? 0 };
}

function numbersOf(snapshot: Record<string, unknown>): Record<string, number> {
  return Object.fromEntries(Object.entries(snapshot).filter((entry): entry is [string, number] => typeof entry[1] === "number"));
}

/** Actions that were carried out on this plugin for the same cause of late and did not mend it for good. */
async function readFailedActions(tx: ReaderTx, { tenantId, pluginId, cause }: IncidentRow, now: Date) {
  const since = new Date(now.getTime() - LIMITS.siraFailedHereDays * 24 * 60 * 60 * 1_000).toISOString();
  const rows = await tx.execute<{ action: string; times: number }>(sql`
    select f.output ->> 'action' as action, count(distinct f.attempt_id)::int as times
    from sira_learning_feedback f join plugin_incidents i on i.tenant_id = f.tenant_id and i.id = f.incident_id
    where f.tenant_id = ${tenantId} and i.plugin_id = ${pluginId} and i.cause = ${cause} and f.at > ${since}::timestamptz
      and f.attempt_id is not null and f.output is not null and f.outcome in ('not_fixed', 'recurred', 'made_worse')
    group by 1 order by 1`);
  return rows.flatMap(({ action, times }) => {
    const known = SIRA_ACTIONS.find((each) => each === action);
    return known ? [{ action: known, times }] : [];
  });
}

/** What a question is asked with besides what is known of the incident. */
interface Asking {
  /** 0 .. 2^32-1, for deciders that draw. */
  readonly seed: number;
  readonly holdoutShare: number;
  readonly now: Date;
  /** Of the plugin, oldest first, back to well before the incident was noticed. */
  readonly beats: readonly BeatSample[];
}

/**
 * Gathers everything a decision may depend on into the one question that is stored with it.
 */
export async function readSiraRequest(
  tx: ReaderTx,
  incident: IncidentRow,
  { seed, holdoutShare, now, beats }: Asking,
): Promise<{ request: SiraRequest; releases: ReleaseRow[] }> {
  const { plugin, state } = await readSubject(tx, incident.tenantId, incident.pluginId);
  const releases = await readReleases(tx, incident.pluginKey, plugin.channel, state.capabilities);
  const record = await readRecord(
    tx,
    incident.pluginKey,
    incident.pluginId,
    releases.map((release) => release.version),
  );
  const [attempts] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(autopatchAttempts)
    .where(and(eq(autopatchAttempts.tenantId, incident.tenantId), eq(autopatchAttempts.incidentId, incident.id)));
  const known = new Set<string>(INCIDENT_TYPES);
  const request: SiraRequest = {
    incident: {
      id: incident.id,
      tenant_id: incident.tenantId,
      plugin_id: incident.pluginId,
      plugin_key: incident.pluginKey,
      type: incident.type,
      severity: incident.severity,
      running_version: state.runningVersion,
      telemetry_snapshot: numbersOf(incident.telemetrySnapshot),
      value: incident.value,
      reopened_count: incident.reopenedCount,
      signature: incident.finding.ruleId.slice(0, 128),
      // Agents that are watched closely report so often that the beats since then would hide how it began.
      onset: onsetOf(
        { type: incident.type, ruleId: incident.finding.ruleId },
        beats.filter(({ receivedAt }) => receivedAt <= incident.detectedAt),
      ),
    },
    context: {
      releases: releases.map((release) => ({
        version: release.version,
        fixes: release.fixes.filter((type): type is (typeof INCIDENT_TYPES)[number] => known.has(type)),
        major: isMajorChange(state.runningVersion, release.version),
        succeeded: record.get(release.version)?.succeeded ?? 0,
        failed: record.get(release.version)?.failed ?? 0,
        failed_here: record.get(release.version)?.failedHere ?? false,
      })),
      last_good_version: plugin.lastGoodVersion,
      same_version: await readPeers(tx, incident, state.runningVersion, incident.type),
      capabilities: state.capabilities,
      attempts_here: attempts?.count ?? 0,
      failed_actions: await readFailedActions(tx, incident, now),
      ...(holdoutShare > 0 ? { holdout_share: holdoutShare } : {}),
    },
    seed,
  };
  return { request, releases };
}
