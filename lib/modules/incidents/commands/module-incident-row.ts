import { and, eq } from "drizzle-orm";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import type { WriterTx } from "@/db/writer";
import type { DomainEvent } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";

export type ModuleIncidentRow = typeof moduleIncidents.$inferSelect;

/**
 * Locks a module's incident against every other command on it.
 * @throws Refusal not-found when there is none of that id within the transaction's tenants
 */
export async function lockModuleIncident(tx: WriterTx, incidentId: string): Promise<ModuleIncidentRow> {
  const [incident] = await tx.select().from(moduleIncidents).where(eq(moduleIncidents.id, incidentId)).for("update");
  return incident ?? refuse("not-found", `No incident ${incidentId}`);
}

/** Stores what the life cycle said of a locked incident. */
export async function changeModuleIncident(
  tx: WriterTx,
  before: ModuleIncidentRow,
  change: Partial<ModuleIncidentRow>,
  now: Date,
): Promise<ModuleIncidentRow> {
  const [after] = await tx
    .update(moduleIncidents)
    .set({ ...change, updatedAt: now })
    .where(and(eq(moduleIncidents.tenantId, before.tenantId), eq(moduleIncidents.id, before.id)))
    .returning();
  if (!after) throw new Error(`incident ${before.id} was locked and is gone`);
  return after;
}

/** The event by which pages and notifications learn of a change. */
export function moduleIncidentEvent(name: string, { id, moduleKey }: ModuleIncidentRow): DomainEvent {
  return { name, payload: { moduleIncidentId: id, moduleKey } };
}

/** What of an incident the audit keeps before and after. */
export function auditedModuleIncident(incident: ModuleIncidentRow) {
  const { status, severity, acknowledgedBy, acknowledgedAt, assignedTo, escalatedAt, resolvedAt, resolvedBy } = incident;
  return { status, severity, acknowledgedBy, acknowledgedAt, assignedTo, escalatedAt, resolvedAt, resolvedBy };
}
