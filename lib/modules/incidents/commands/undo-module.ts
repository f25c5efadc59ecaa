import { and, desc, eq } from "drizzle-orm";
import { z } from "zod";
import { moduleIncidentEvents } from "@/db/schema/modules/incidents";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import {
  auditedModuleIncident,
  changeModuleIncident,
  lockModuleIncident,
  type ModuleIncidentRow,
  moduleIncidentEvent,
} from "./module-incident-row";

const KIND = { acknowledge: "acknowledged", assign: "assigned" } as const;
type Deed = keyof typeof KIND;

/** What the last deed of the kind changed, if it was this person's and a moment ago: what came after it is not undone with it. */
async function lastDeed(tx: WriterTx, { tenantId, id }: ModuleIncidentRow, deed: Deed, actorId: string, now: Date) {
  const isOf = and(eq(moduleIncidentEvents.tenantId, tenantId), eq(moduleIncidentEvents.incidentId, id));
  const [line] = await tx
    .select()
    .from(moduleIncidentEvents)
    .where(and(isOf, eq(moduleIncidentEvents.kind, KIND[deed])))
    .orderBy(desc(moduleIncidentEvents.at), desc(moduleIncidentEvents.id))
    .limit(1);
  const isRecent = line && now.getTime() - line.at.getTime() <= LIMITS.undoSeconds * 1_000;
  if (!isRecent || line.actor !== actorId) refuse("conflict", "There is nothing of yours to undo that was done a moment ago");
  return line;
}

const textOrNull = (value: unknown) => (typeof value === "string" ? value : null);

/** Somebody takes back, within a moment, that they took a module's incident or gave it to somebody: it is as it was before. */
export const undoModule = defineCommand({
  name: "module-incident.undo",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), deed: z.enum(["acknowledge", "assign"]) }),

  async apply(tx, { incidentId, deed }, { actor, now }) {
    const before = await lockModuleIncident(tx, incidentId);
    const { data } = await lastDeed(tx, before, deed, actor.id, now);
    const isStill = deed === "acknowledge" ? before.acknowledgedBy === actor.id : before.assignedTo === textOrNull(data.assignee);
    if (!isStill) refuse("conflict", "It has been changed since, or undone already");
    const [by, at] = [textOrNull(data.before), textOrNull(data.before_at)];
    const was = deed === "acknowledge" ? { acknowledgedBy: by, acknowledgedAt: at === null ? null : new Date(at) } : { assignedTo: by };
    const after = await changeModuleIncident(tx, before, was, now);
    return {
      subject: `module-incident:${incidentId}`,
      tenantId: before.tenantId,
      before: auditedModuleIncident(before),
      after: auditedModuleIncident(after),
      events: [moduleIncidentEvent("module-incident.undone", after)],
      moduleTimeline: [
        {
          incidentId,
          kind: "undone",
          summary: deed === "acknowledge" ? "Given back a moment later" : "Assignment taken back a moment later",
        },
      ],
      result: { id: incidentId, status: after.status, acknowledged_by: after.acknowledgedBy, assigned_to: after.assignedTo },
    };
  },
});
