import { and, eq } from "drizzle-orm";
import { healActionEvents, healActions } from "@/db/schema/modules/healing";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import type { WriterTx } from "@/db/writer";
import type { CommandContext, DomainEvent, TimelineLine } from "@/lib/gateway/types";
import { type IncidentEvent, nextStatus } from "@/lib/incidents/lifecycle";
import type { Json } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { type HealEvent, isEnd } from "../action-table";
import type { HealState } from "../types";

export type ActionRow = typeof healActions.$inferSelect;
export type HealIncidentRow = typeof moduleIncidents.$inferSelect;

/** An action, locked. @throws Refusal not-found outside the transaction's tenants */
export async function lockAction(tx: WriterTx, actionId: string): Promise<ActionRow> {
  const [row] = await tx.select().from(healActions).where(eq(healActions.id, actionId)).for("update");
  return row ?? refuse("not-found", `No heal action ${actionId}`);
}

/** The incident that something is done about, locked. @throws Refusal not-found */
export async function lockIncident(tx: WriterTx, tenantId: string, id: string): Promise<HealIncidentRow> {
  const [row] = await tx
    .select()
    .from(moduleIncidents)
    .where(and(eq(moduleIncidents.tenantId, tenantId), eq(moduleIncidents.id, id)))
    .for("update");
  return row ?? refuse("not-found", `No incident ${id}`);
}

/** One change of an action's state, as its own history keeps it. */
export interface Moved {
  readonly from: HealState | null;
  readonly to: HealState;
  readonly event: HealEvent | "proposed";
  /** One sentence for a tired person. */
  readonly summary: string;
  readonly data?: { readonly [key: string]: Json };
}

/** Writes a line of an action's history, which nobody changes afterwards. */
export async function tellAction(
  tx: WriterTx,
  row: Pick<ActionRow, "tenantId" | "id">,
  moved: Moved,
  context: CommandContext,
): Promise<void> {
  const { from, to, event, summary, data = {} } = moved;
  const about = { tenantId: row.tenantId, actionId: row.id, id: context.newId(), at: context.now, actor: context.actor.id };
  await tx.insert(healActionEvents).values({ ...about, fromState: from, toState: to, event, summary, data: { ...data } });
}

/** Stores a change of an action; one that ends it says when and why. */
export async function updateAction(
  tx: WriterTx,
  row: ActionRow,
  change: Partial<ActionRow>,
  moved: Moved,
  context: CommandContext,
): Promise<ActionRow> {
  const { now } = context;
  const end = isEnd(moved.to) ? { endedAt: now, endedWhy: moved.summary } : {};
  const set = { ...change, ...end, state: moved.to, stateSince: now };
  await tx
    .update(healActions)
    .set(set)
    .where(and(eq(healActions.tenantId, row.tenantId), eq(healActions.id, row.id)));
  await tellAction(tx, row, moved, context);
  return { ...row, ...set };
}

/** Moves the incident as far as its own life allows, and says on it what Center does. */
export async function updateIncident(
  tx: WriterTx,
  incident: HealIncidentRow,
  { event, healState }: { readonly event: IncidentEvent | null; readonly healState: string | null },
  now: Date,
): Promise<HealIncidentRow["status"]> {
  const status = (event && nextStatus(incident.status, event)) ?? incident.status;
  const escalated = status === "escalated" && incident.status !== "escalated" ? { escalatedAt: now } : {};
  await tx
    .update(moduleIncidents)
    .set({ status, healState, ...escalated, updatedAt: now })
    .where(and(eq(moduleIncidents.tenantId, incident.tenantId), eq(moduleIncidents.id, incident.id)));
  return status;
}

/** A line of the incident's timeline about an action. */
export function actionLine(row: Pick<ActionRow, "incidentId" | "id" | "action" | "level">, moved: Moved): TimelineLine {
  const { id: action_id, action, level } = row;
  return {
    incidentId: row.incidentId,
    kind: `action.${moved.to}`,
    summary: moved.summary,
    data: { action_id, action, level, ...(moved.data ?? {}) },
  };
}

/** What others may react to: an action began, stands, or ended. */
export function actionEvent(row: ActionRow, moved: Moved): DomainEvent {
  return {
    name: `heal_action.${moved.to}`,
    payload: { actionId: row.id, incidentId: row.incidentId, moduleKey: row.moduleKey, action: row.action, state: moved.to },
  };
}

/** Whoever is on call is told that the incident belongs to people now. */
export function escalation(incident: HealIncidentRow, status: HealIncidentRow["status"]): DomainEvent[] {
  if (status !== "escalated" || incident.status === "escalated") return [];
  return [{ name: "module-incident.escalated", payload: { moduleIncidentId: incident.id, moduleKey: incident.moduleKey } }];
}

/** What the audit keeps of an action, and what its callers are answered. */
export function briefAction(row: ActionRow) {
  const { id, action, level, state, step, tries } = row;
  return { id, incident_id: row.incidentId, module_key: row.moduleKey, action, level, state, step, tries, order_id: row.orderId };
}
