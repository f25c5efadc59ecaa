import { and, asc, desc, eq, gte, inArray, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { incidentStars } from "@/db/schema/aftermath";
import { autopatchAttempts, planApprovals, plans } from "@/db/schema/delivery";
import { incidentEvents, pluginIncidents, siraDecisions } from "@/db/schema/incidents";
import type { TenantScope } from "@/lib/access/types";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import { INCIDENT_STATUSES } from "@/lib/incidents/types";
import { SEVERITIES } from "@/lib/kernel/severity";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { afterPlace, containsText, instantParameter, inTenants, pageOf, pageParameters, wordsParameter } from "@/lib/platform/web/page";
import { permitItem } from "@/lib/policy/permit/permit-item";

/** Filters of the list of incidents (contract.md, Ops); from and to bound `opened_at`, both inclusive. */
export const incidentsQuery = z.strictObject({
  ...pageParameters,
  tenant_id: z.uuid().optional(),
  plugin_id: z.uuid().optional(),
  status: wordsParameter(INCIDENT_STATUSES).optional(),
  severity: wordsParameter(SEVERITIES).optional(),
  type: wordsParameter(INCIDENT_TYPES).optional(),
  from: instantParameter.optional(),
  to: instantParameter.optional(),
  q: z.string().min(1).max(100).optional(),
  /** Members of one fleet incident, of now or of before. */
  fleet_id: z.uuid().optional(),
  /** `true`: without those that a fleet incident tells as one. */
  folded: z.literal("true").optional(),
  /** `row`: what a line of a list shows, and no evidence. */
  view: z.literal("row").optional(),
});
export type IncidentsQuery = z.output<typeof incidentsQuery>;

/** Distinct people who said yes to the incident's plan of today, counted where the plan lies. */
const given = sql<number>`(select count(*)::int from ${planApprovals} where ${planApprovals.tenantId} = ${pluginIncidents.tenantId} and ${planApprovals.planDigest} = ${pluginIncidents.planDigest})`;

function selectIncidents(tx: ReaderTx, where: SQL | undefined, limit: number) {
  return tx
    .select({ incident: pluginIncidents, required: plans.requiredSignatures, given })
    .from(pluginIncidents)
    .leftJoin(plans, and(eq(plans.tenantId, pluginIncidents.tenantId), eq(plans.digest, pluginIncidents.planDigest)))
    .where(where)
    .orderBy(desc(pluginIncidents.openedAt), desc(pluginIncidents.id))
    .limit(limit);
}
type Selected = Awaited<ReturnType<typeof selectIncidents>>[number];

function incidentItem({ incident, required, given }: Selected) {
  return {
    id: incident.id,
    tenant_id: incident.tenantId,
    plugin_id: incident.pluginId,
    plugin_key: incident.pluginKey,
    type: incident.type,
    severity: incident.severity,
    status: incident.status,
    opened_at: incident.openedAt.toISOString(),
    detected_at: incident.detectedAt.toISOString(),
    resolved_at: incident.resolvedAt?.toISOString() ?? null,
    telemetry_snapshot: incident.telemetrySnapshot,
    sira_decision: incident.siraDecision,
    plan_digest: incident.planDigest,
    approvals: { required: required ?? 0, given },
    permit: permitItem(incident.permit),
    value: incident.value,
    explain: incident.finding.explain,
    reopened_count: incident.reopenedCount,
    acknowledged_by: incident.acknowledgedBy,
    acknowledged_at: incident.acknowledgedAt?.toISOString() ?? null,
    assigned_to: incident.assignedTo,
    escalated_at: incident.escalatedAt?.toISOString() ?? null,
    resolved_by: incident.resolvedBy,
    closed_at: incident.closedAt?.toISOString() ?? null,
    updated_at: incident.updatedAt.toISOString(),
    fleet_id: incident.fleetId,
    fleet_kind: incident.fleetKind,
  };
}

/** The filters of a list, and the place after which it goes on. */
export function incidentFilters(scope: TenantScope, query: IncidentsQuery): SQL | undefined {
  return and(
    inTenants(pluginIncidents.tenantId, scope),
    query.tenant_id === undefined ? undefined : eq(pluginIncidents.tenantId, query.tenant_id),
    query.plugin_id === undefined ? undefined : eq(pluginIncidents.pluginId, query.plugin_id),
    query.status === undefined ? undefined : inArray(pluginIncidents.status, query.status),
    query.severity === undefined ? undefined : inArray(pluginIncidents.severity, query.severity),
    query.type === undefined ? undefined : inArray(pluginIncidents.type, query.type),
    query.from === undefined ? undefined : gte(pluginIncidents.openedAt, query.from),
    query.to === undefined ? undefined : lte(pluginIncidents.openedAt, query.to),
    query.q === undefined ? undefined : matches(query.q),
    query.fleet_id === undefined ? undefined : eq(pluginIncidents.fleetId, query.fleet_id),
    query.folded === undefined ? undefined : isNull(pluginIncidents.fleetKind),
    afterPlace(pluginIncidents.openedAt, pluginIncidents.id, query.cursor),
  );
}

function matches(text: string): SQL | undefined {
  const explain = sql`(${pluginIncidents.finding} ->> 'explain')`;
  const id = sql`${pluginIncidents.id}::text`;
  return or(...[pluginIncidents.pluginKey, pluginIncidents.type, id, explain].map((column) => containsText(column, text)));
}

/** A page of incidents within a scope, newest first. */
export async function listIncidents(scope: TenantScope, query: IncidentsQuery) {
  const rows = await read(scope, (tx) => selectIncidents(tx, incidentFilters(scope, query), query.limit + 1));
  return pageOf(rows, query.limit, incidentItem, ({ incident }) => ({ at: incident.openedAt, id: incident.id }));
}

async function readTimeline(tx: ReaderTx, tenantId: string, incidentId: string) {
  const isStar = and(
    eq(incidentStars.tenantId, incidentEvents.tenantId),
    eq(incidentStars.incidentId, incidentEvents.incidentId),
    eq(incidentStars.eventId, incidentEvents.id),
  );
  const rows = await tx
    .select({ event: incidentEvents, isStarred: incidentStars.isStarred })
    .from(incidentEvents)
    .leftJoin(incidentStars, isStar)
    .where(and(eq(incidentEvents.tenantId, tenantId), eq(incidentEvents.incidentId, incidentId)))
    .orderBy(asc(incidentEvents.at), asc(incidentEvents.id));
  return rows.map(({ event: { id, at, kind, actor, summary, data }, isStarred }) => {
    return { id, at: at.toISOString(), kind, actor, summary, data, is_starred: isStarred === true };
  });
}

async function readPlans(tx: ReaderTx, tenantId: string, incidentId: string) {
  const rows = await tx
    .select()
    .from(plans)
    .where(and(eq(plans.tenantId, tenantId), eq(plans.incidentId, incidentId)))
    .orderBy(desc(plans.createdAt));
  const digests = rows.map(({ digest }) => digest);
  const approvals = await tx
    .select()
    .from(planApprovals)
    .where(and(eq(planApprovals.tenantId, tenantId), inArray(planApprovals.planDigest, digests)))
    .orderBy(asc(planApprovals.at));
  return rows.map((plan) => ({
    digest: plan.digest,
    document: plan.document,
    config: plan.config,
    status: plan.status,
    requested_by: plan.requestedBy,
    required_signatures: plan.requiredSignatures,
    created_at: plan.createdAt.toISOString(),
    expires_at: plan.expiresAt.toISOString(),
    approvals: approvals
      .filter(({ planDigest }) => planDigest === plan.digest)
      .map(({ approver, reason, at }) => ({ approver, reason, at: at.toISOString() })),
  }));
}

async function readDecisions(tx: ReaderTx, tenantId: string, incidentId: string) {
  const rows = await tx
    .select()
    .from(siraDecisions)
    .where(and(eq(siraDecisions.tenantId, tenantId), eq(siraDecisions.incidentId, incidentId)))
    .orderBy(desc(siraDecisions.at));
  return rows.map(({ id, at, source, decision, permit }) => ({ id, at: at.toISOString(), source, decision, permit: permitItem(permit) }));
}

async function readAttempts(tx: ReaderTx, tenantId: string, incidentId: string) {
  const rows = await tx
    .select()
    .from(autopatchAttempts)
    .where(and(eq(autopatchAttempts.tenantId, tenantId), eq(autopatchAttempts.incidentId, incidentId)))
    .orderBy(desc(autopatchAttempts.createdAt));
  return rows.map((attempt) => ({
    id: attempt.id,
    method: attempt.method,
    status: attempt.status,
    from_version: attempt.fromVersion,
    to_version: attempt.toVersion,
    end_reason: attempt.endReason,
    created_at: attempt.createdAt.toISOString(),
    finished_at: attempt.finishedAt?.toISOString() ?? null,
  }));
}

/** One incident of a scope with everything that happened to it, or null. */
export async function readIncident(scope: TenantScope, incidentId: string) {
  return read(scope, async (tx) => {
    const where = and(eq(pluginIncidents.id, incidentId), inTenants(pluginIncidents.tenantId, scope));
    const [row] = await selectIncidents(tx, where, 1);
    if (!row) return null;
    const { tenantId } = row.incident;
    return {
      ...incidentItem(row),
      finding: row.incident.finding,
      timeline: await readTimeline(tx, tenantId, incidentId),
      plans: await readPlans(tx, tenantId, incidentId),
      decisions: await readDecisions(tx, tenantId, incidentId),
      attempts: await readAttempts(tx, tenantId, incidentId),
    };
  });
}
