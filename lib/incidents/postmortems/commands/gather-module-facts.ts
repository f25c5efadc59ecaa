import { and, asc, desc, eq, gt, lte, sql } from "drizzle-orm";
import { moduleIncidentStars } from "@/db/schema/aftermath";
import { healActions } from "@/db/schema/modules/healing";
import { moduleIncidentEvents, type moduleIncidents } from "@/db/schema/modules/incidents";
import type { WriterTx } from "@/db/writer";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { impactFigures } from "../figures";
import type { PostmortemFacts } from "../types";

type ModuleIncidentRow = typeof moduleIncidents.$inferSelect;
const DAY_MS = 86_400_000;

/** The timeline with its stars, oldest first. */
function linesOf(tx: WriterTx, { tenantId, id }: ModuleIncidentRow) {
  const isSame = and(
    eq(moduleIncidentStars.tenantId, moduleIncidentEvents.tenantId),
    eq(moduleIncidentStars.incidentId, moduleIncidentEvents.incidentId),
    eq(moduleIncidentStars.eventId, moduleIncidentEvents.id),
  );
  return tx
    .select({ event: moduleIncidentEvents, isStarred: moduleIncidentStars.isStarred })
    .from(moduleIncidentEvents)
    .leftJoin(moduleIncidentStars, isSame)
    .where(and(eq(moduleIncidentEvents.tenantId, tenantId), eq(moduleIncidentEvents.incidentId, id)))
    .orderBy(asc(moduleIncidentEvents.at), asc(moduleIncidentEvents.id))
    .limit(LIMITS.postmortemEvents);
}

/** Tenants that had an error of the module while it lasted, as far as whoever asks may see them; at least the one it is about. */
async function tenantsOf(tx: WriterTx, { moduleKey, openedAt, resolvedAt }: ModuleIncidentRow, now: Date): Promise<number> {
  const [row] = await tx.execute<{ count: number }>(sql`
    select count(distinct e.tenant_id)::int as count from module_error_minutes e join module_services s on s.id = e.module_id
    where s.module_key = ${moduleKey} and e.tenant_id <> ${PLATFORM_TENANT}
      and e.minute_at >= date_trunc('minute', ${openedAt.toISOString()}::timestamptz) and e.minute_at <= ${(resolvedAt ?? now).toISOString()}::timestamptz`);
  return Math.max(1, row?.count ?? 1);
}

/** What was done about the module from a day before until its end, newest first. */
function actionsOf(tx: WriterTx, { tenantId, moduleKey, openedAt, resolvedAt }: ModuleIncidentRow, now: Date) {
  const isOf = and(eq(healActions.tenantId, tenantId), eq(healActions.moduleKey, moduleKey));
  const isThen = and(gt(healActions.proposedAt, new Date(openedAt.getTime() - DAY_MS)), lte(healActions.proposedAt, resolvedAt ?? now));
  return tx.select().from(healActions).where(and(isOf, isThen)).orderBy(desc(healActions.proposedAt)).limit(LIMITS.postmortemEvents);
}

/** Everything about the postmortem of a module's incident that is computed, as the rows stand in this transaction. */
export async function gatherModuleFacts(tx: WriterTx, incident: ModuleIncidentRow, now: Date): Promise<PostmortemFacts> {
  const lines = await linesOf(tx, incident);
  const actions = await actionsOf(tx, incident, now);
  const told = lines.map(({ event: { id, at, kind, actor, summary }, isStarred }) => {
    return { line: { id, at: at.toISOString(), kind, actor, summary }, isStarred: isStarred === true };
  });
  // A containment that is in force mitigates, though the fault is still there.
  const healedAt = actions.flatMap(({ state, stateSince, endedAt }) => {
    if (state === "holding") return [stateSince];
    return state === "done" && endedAt ? [endedAt] : [];
  });
  return {
    computed_at: now.toISOString(),
    figures: impactFigures({ ...incident, healedAt, merchants: await tenantsOf(tx, incident, now), beats: [] }),
    timeline: told.filter(({ isStarred }) => isStarred).map(({ line }) => line),
    center_did: told.filter(({ line }) => line.actor.startsWith("system:")).map(({ line }) => line),
    changes: actions
      .filter(({ proposedAt }) => proposedAt < incident.openedAt)
      .map(({ proposedAt, action, state, approvedBy }) => ({
        ...{ at: proposedAt.toISOString(), method: action, from_version: null, to_version: null, status: state },
        requested_by: approvedBy ?? "system:heal",
      })),
  };
}
