import { and, asc, desc, eq, gte, inArray, lte, type SQL } from "drizzle-orm";
import { z } from "zod";
import { autopatchAttemptEvents, autopatchAttempts, pluginAgentCommands } from "@/db/schema/delivery";
import type { TenantScope } from "@/lib/access/types";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { afterPlace, instantParameter, inTenants, pageOf, pageParameters, wordsParameter } from "@/lib/platform/web/page";
import { baselineItem, healthItem } from "@/lib/rollout/health/health-item";
import { ATTEMPT_STATUSES, type HealthVerdict } from "@/lib/rollout/types";

/** Filters of the list of attempts (contract.md, Ops); from and to bound `created_at`, both inclusive. */
export const attemptsQuery = z.strictObject({
  ...pageParameters,
  tenant_id: z.uuid().optional(),
  plugin_id: z.uuid().optional(),
  incident_id: z.uuid().optional(),
  status: wordsParameter(ATTEMPT_STATUSES).optional(),
  from: instantParameter.optional(),
  to: instantParameter.optional(),
  /** `row`: what a line of a list shows, and no transitions or reports. */
  view: z.literal("row").optional(),
});
export type AttemptsQuery = z.output<typeof attemptsQuery>;

type AttemptRow = typeof autopatchAttempts.$inferSelect;
type EventRow = typeof autopatchAttemptEvents.$inferSelect;

function selectAttempts(tx: ReaderTx, where: SQL | undefined, limit: number): Promise<AttemptRow[]> {
  return tx
    .select()
    .from(autopatchAttempts)
    .where(where)
    .orderBy(desc(autopatchAttempts.createdAt), desc(autopatchAttempts.id))
    .limit(limit);
}

/** Transitions of some attempts by attempt, oldest first. */
async function readEvents(tx: ReaderTx, attempts: readonly AttemptRow[]): Promise<Map<string, EventRow[]>> {
  const tenantIds = [...new Set(attempts.map(({ tenantId }) => tenantId))];
  const attemptIds = attempts.map(({ id }) => id);
  const rows = await tx
    .select()
    .from(autopatchAttemptEvents)
    .where(and(inArray(autopatchAttemptEvents.tenantId, tenantIds), inArray(autopatchAttemptEvents.attemptId, attemptIds)))
    .orderBy(asc(autopatchAttemptEvents.at), asc(autopatchAttemptEvents.id));
  const byAttempt = new Map<string, EventRow[]>();
  for (const row of rows) byAttempt.set(row.attemptId, [...(byAttempt.get(row.attemptId) ?? []), row]);
  return byAttempt;
}

function eventItem({ id, at, fromStatus, toStatus, phase, actor, reason, detail }: EventRow) {
  return { id, at: at.toISOString(), from_status: fromStatus, to_status: toStatus, phase, actor, reason, detail };
}

function attemptItem(attempt: AttemptRow, events: readonly EventRow[]) {
  return {
    id: attempt.id,
    tenant_id: attempt.tenantId,
    incident_id: attempt.incidentId,
    plugin_id: attempt.pluginId,
    decision_id: attempt.decisionId,
    plan_digest: attempt.planDigest,
    status: attempt.status,
    phase: attempt.phase,
    from_version: attempt.fromVersion,
    to_version: attempt.toVersion,
    method: attempt.method,
    automatic: attempt.isAutomatic,
    requested_by: attempt.requestedBy,
    staging_report: attempt.stagingReport,
    health_report: healthItem(attempt.healthReport as HealthVerdict | null),
    end_reason: attempt.endReason,
    revert_reason: attempt.revertReason,
    needs_person: attempt.needsPerson,
    created_at: attempt.createdAt.toISOString(),
    updated_at: attempt.updatedAt.toISOString(),
    finished_at: attempt.finishedAt?.toISOString() ?? null,
    events: events.map(eventItem),
  };
}

/** The filters of a list, and the place after which it goes on. */
export function attemptFilters(scope: TenantScope, query: AttemptsQuery): SQL | undefined {
  return and(
    inTenants(autopatchAttempts.tenantId, scope),
    query.tenant_id === undefined ? undefined : eq(autopatchAttempts.tenantId, query.tenant_id),
    query.plugin_id === undefined ? undefined : eq(autopatchAttempts.pluginId, query.plugin_id),
    query.incident_id === undefined ? undefined : eq(autopatchAttempts.incidentId, query.incident_id),
    query.status === undefined ? undefined : inArray(autopatchAttempts.status, query.status),
    query.from === undefined ? undefined : gte(autopatchAttempts.createdAt, query.from),
    query.to === undefined ? undefined : lte(autopatchAttempts.createdAt, query.to),
    afterPlace(autopatchAttempts.createdAt, autopatchAttempts.id, query.cursor),
  );
}

/** A page of attempts within a scope, newest first, each with its transitions. */
export async function listAttempts(scope: TenantScope, query: AttemptsQuery) {
  return read(scope, async (tx) => {
    const rows = await selectAttempts(tx, attemptFilters(scope, query), query.limit + 1);
    const events = await readEvents(tx, rows);
    return pageOf(
      rows,
      query.limit,
      (row) => attemptItem(row, events.get(row.id) ?? []),
      (row) => ({ at: row.createdAt, id: row.id }),
    );
  });
}

async function readCommands(tx: ReaderTx, { tenantId, id }: AttemptRow) {
  const rows = await tx
    .select()
    .from(pluginAgentCommands)
    .where(and(eq(pluginAgentCommands.tenantId, tenantId), eq(pluginAgentCommands.attemptId, id)))
    .orderBy(asc(pluginAgentCommands.createdAt), asc(pluginAgentCommands.id));
  return rows.map((command) => ({
    id: command.id,
    type: command.type,
    status: command.status,
    created_at: command.createdAt.toISOString(),
    offered_at: command.offeredAt?.toISOString() ?? null,
    applied_at: command.appliedAt?.toISOString() ?? null,
    finished_at: command.finishedAt?.toISOString() ?? null,
    expires_at: command.expiresAt.toISOString(),
  }));
}

/** One attempt of a scope with its transitions and the commands it sent, or null. */
export async function readAttempt(scope: TenantScope, attemptId: string) {
  return read(scope, async (tx) => {
    const [row] = await selectAttempts(tx, and(eq(autopatchAttempts.id, attemptId), inTenants(autopatchAttempts.tenantId, scope)), 1);
    if (!row) return null;
    const events = await readEvents(tx, [row]);
    return { ...attemptItem(row, events.get(row.id) ?? []), baseline: baselineItem(row.baseline), commands: await readCommands(tx, row) };
  });
}
