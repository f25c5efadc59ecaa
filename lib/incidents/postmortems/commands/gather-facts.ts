import { and, asc, desc, eq, gt, lte, sql } from "drizzle-orm";
import { incidentStars } from "@/db/schema/aftermath";
import { autopatchAttempts } from "@/db/schema/delivery";
import { incidentEvents, type pluginIncidents } from "@/db/schema/incidents";
import type { WriterTx } from "@/db/writer";
import { LIMITS } from "@/lib/platform/limits";
import { type CountedBeat, impactFigures } from "../figures";
import type { PostmortemFacts } from "../types";

type IncidentRow = typeof pluginIncidents.$inferSelect;
const DAY_MS = 86_400_000;

/** The timeline with its stars, oldest first. */
function linesOf(tx: WriterTx, { tenantId, id }: IncidentRow) {
  const isSame = and(
    eq(incidentStars.tenantId, incidentEvents.tenantId),
    eq(incidentStars.incidentId, incidentEvents.incidentId),
    eq(incidentStars.eventId, incidentEvents.id),
  );
  return tx
    .select({ event: incidentEvents, isStarred: incidentStars.isStarred })
    .from(incidentEvents)
    .leftJoin(incidentStars, isSame)
    .where(and(eq(incidentEvents.tenantId, tenantId), eq(incidentEvents.incidentId, id)))
    .orderBy(asc(incidentEvents.at), asc(incidentEvents.id))
    .limit(LIMITS.postmortemEvents);
}

/** Counters of the plugin's beats while it lasted, with the last beat before. */
async function beatsOf(tx: WriterTx, { tenantId, pluginId, openedAt, resolvedAt }: IncidentRow, now: Date): Promise<CountedBeat[]> {
  const [from, until] = [openedAt.toISOString(), (resolvedAt ?? now).toISOString()];
  const rows = await tx.execute<{ boot_id: string; sent: number | null; failed: number | null }>(sql`
    select boot_id, (telemetry ->> 'webhooks_sent')::float8 as sent, (telemetry ->> 'webhooks_failed')::float8 as failed from plugin_heartbeats
    where tenant_id = ${tenantId} and plugin_id = ${pluginId} and received_at <= ${until}::timestamptz and received_at >= coalesce(
      (select max(received_at) from plugin_heartbeats where tenant_id = ${tenantId} and plugin_id = ${pluginId}
        and received_at < ${from}::timestamptz and received_at > ${from}::timestamptz - interval '1 hour'), ${from}::timestamptz)
    order by received_at`);
  return rows.map(({ boot_id, sent, failed }) => ({ bootId: boot_id, sent, failed }));
}

/** Merchants of the same fleet incident, as far as whoever asks may see them; else this one. */
async function merchantsOf(tx: WriterTx, { fleetId }: IncidentRow): Promise<number> {
  if (!fleetId) return 1;
  const [row] = await tx.execute<{ count: number }>(
    sql`select count(distinct tenant_id)::int as count from plugin_incidents where fleet_id = ${fleetId}`,
  );
  return Math.max(1, row?.count ?? 1);
}

/** Everything about an incident's postmortem that is computed, as the rows stand in this transaction. */
export async function gatherFacts(tx: WriterTx, incident: IncidentRow, now: Date): Promise<PostmortemFacts> {
  const { tenantId, pluginId, openedAt } = incident;
  const lines = await linesOf(tx, incident);
  const attempts = await tx
    .select()
    .from(autopatchAttempts)
    .where(
      and(
        eq(autopatchAttempts.tenantId, tenantId),
        eq(autopatchAttempts.pluginId, pluginId),
        gt(autopatchAttempts.createdAt, new Date(openedAt.getTime() - DAY_MS)),
        lte(autopatchAttempts.createdAt, incident.resolvedAt ?? now),
      ),
    )
    .orderBy(desc(autopatchAttempts.createdAt))
    .limit(LIMITS.postmortemEvents);
  const told = lines.map(({ event: { id, at, kind, actor, summary }, isStarred }) => {
    return { line: { id, at: at.toISOString(), kind, actor, summary }, isStarred: isStarred === true };
  });
  const healedAt = attempts.flatMap(({ status, finishedAt }) => (status === "success" && finishedAt ? [finishedAt] : []));
  const [merchants, beats] = [await merchantsOf(tx, incident), await beatsOf(tx, incident, now)];
  return {
    computed_at: now.toISOString(),
    figures: impactFigures({ ...incident, healedAt, merchants, beats }),
    timeline: told.filter(({ isStarred }) => isStarred).map(({ line }) => line),
    center_did: told.filter(({ line }) => line.actor.startsWith("system:")).map(({ line }) => line),
    changes: attempts
      .filter(({ createdAt }) => createdAt < openedAt)
      .map((attempt) => ({
        at: attempt.createdAt.toISOString(),
        method: attempt.method,
        from_version: attempt.fromVersion,
        to_version: attempt.toVersion,
        status: attempt.status,
        requested_by: attempt.requestedBy,
      })),
  };
}
