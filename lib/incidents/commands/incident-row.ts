import { and, eq } from "drizzle-orm";
import { pluginIncidents } from "@/db/schema/incidents";
import type { WriterTx } from "@/db/writer";
import type { DomainEvent } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";

export type IncidentRow = typeof pluginIncidents.$inferSelect;

/**
 * Locks an incident against every other command on it.
 * @throws Refusal not-found when there is none of that id within the transaction's tenants
 */
export async function lockIncident(tx: WriterTx, incidentId: string): Promise<IncidentRow> {
  const [incident] = await tx.select().from(pluginIncidents).where(eq(pluginIncidents.id, incidentId)).for("update");
  return incident ?? refuse("not-found", `No incident ${incidentId}`);
}

/** Stores what the life cycle said of a locked incident. */
export async function changeIncident(tx: WriterTx, before: IncidentRow, change: Partial<IncidentRow>, now: Date): Promise<IncidentRow> {
  const [after] = await tx
    .update(pluginIncidents)
    .set({ ...change, updatedAt: now })
    .where(and(eq(pluginIncidents.tenantId, before.tenantId), eq(pluginIncidents.id, before.id)))
    .returning();
  if (!after) throw new Error(`incident ${before.id} was locked and is gone`);
  return after;
}

/** The event by which pages and notifications learn of a change. */
export function incidentEvent(name: string, { id, pluginId }: IncidentRow): DomainEvent {
  return { name, payload: { incidentId: id, pluginId } };
}

/** What of an incident the audit keeps before and after. */
export function auditedIncident(incident: IncidentRow) {
  const { status, severity, acknowledgedBy, acknowledgedAt, assignedTo, escalatedAt, resolvedAt, resolvedBy } = incident;
  return { status, severity, acknowledgedBy, acknowledgedAt, assignedTo, escalatedAt, resolvedAt, resolvedBy };
}
