import { and, asc, desc, eq, inArray } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { emergencyItems, emergencyRollbacks } from "@/db/schema/approvals";
import { autopatchAttempts } from "@/db/schema/delivery";
import { plugins, tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { type EmergencyState, emergencyState } from "./emergency-state";

const undoAttempts = alias(autopatchAttempts, "undo_attempts");
type AttemptRow = typeof autopatchAttempts.$inferSelect;

function triedOf(row: AttemptRow | null) {
  return row ? { isOver: row.phase === "done", status: row.status, needsPerson: row.needsPerson } : null;
}

const FLYING: ReadonlySet<EmergencyState> = new Set(["stopping", "queued", "rolling_back", "rolled_back", "kept", "needs_person"]);

async function readItems(tx: ReaderTx, emergencyId: string) {
  const rows = await tx
    .select({
      item: emergencyItems,
      attempt: autopatchAttempts,
      undo: undoAttempts,
      pluginKey: plugins.pluginKey,
      tenantName: tenants.name,
    })
    .from(emergencyItems)
    .innerJoin(plugins, and(eq(plugins.tenantId, emergencyItems.tenantId), eq(plugins.id, emergencyItems.pluginId)))
    .innerJoin(tenants, eq(tenants.id, emergencyItems.tenantId))
    .leftJoin(
      autopatchAttempts,
      and(eq(autopatchAttempts.tenantId, emergencyItems.tenantId), eq(autopatchAttempts.id, emergencyItems.attemptId)),
    )
    .leftJoin(undoAttempts, and(eq(undoAttempts.tenantId, emergencyItems.tenantId), eq(undoAttempts.id, emergencyItems.undoAttemptId)))
    .where(eq(emergencyItems.emergencyId, emergencyId))
    .orderBy(asc(tenants.name), asc(emergencyItems.pluginId))
    .limit(LIMITS.emergencyItemsShown + 1);
  return rows.map(({ item, attempt, undo, pluginKey, tenantName }) => ({
    tenant_id: item.tenantId,
    tenant_name: tenantName,
    plugin_id: item.pluginId,
    plugin_key: pluginKey,
    attempt_id: item.attemptId,
    undo_attempt_id: item.undoAttemptId,
    incident_id: attempt?.incidentId ?? null,
    from_version: attempt?.fromVersion ?? null,
    to_version: attempt?.toVersion ?? null,
    kind: item.kind,
    state: emergencyState({ kind: item.kind, isSettled: item.settledAt !== null }, triedOf(attempt), triedOf(undo)),
    why: undo?.endReason ?? (item.kind === "stopped" || item.kind === "called_back" ? attempt?.endReason : null) ?? item.why,
  }));
}

async function report(tx: ReaderTx, row: typeof emergencyRollbacks.$inferSelect) {
  const all = await readItems(tx, row.id);
  const items = all.slice(0, LIMITS.emergencyItemsShown);
  return {
    id: row.id,
    scope: row.scope,
    reason: row.reason,
    ordered_by: row.orderedBy,
    at: row.at.toISOString(),
    undo_since: row.undoSince.toISOString(),
    /** Nothing reached these plugins. */
    stopped: items.filter(({ state }) => state === "stopped"),
    /** A change was, or may be, on these: where its way back stands. */
    in_flight: items.filter(({ state }) => FLYING.has(state)),
    can_undo: items.filter(({ state }) => state === "can_undo"),
    cannot_undo: items.filter(({ state }) => state === "cannot_undo"),
    more: all.length > items.length,
  };
}

/** The newest emergency rollbacks in sight, each with where every plugin stands now. @param ids  only these */
export async function listEmergencies(scope: TenantScope, ids: readonly string[] | null = null) {
  return read(scope, async (tx) => {
    const rows = await tx
      .select()
      .from(emergencyRollbacks)
      .where(ids ? inArray(emergencyRollbacks.id, [...ids]) : undefined)
      .orderBy(desc(emergencyRollbacks.at), desc(emergencyRollbacks.id))
      .limit(LIMITS.emergenciesShown);
    const items: Awaited<ReturnType<typeof report>>[] = [];
    for (const row of rows) items.push(await report(tx, row));
    return { items };
  });
}
