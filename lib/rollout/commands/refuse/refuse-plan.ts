import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { pluginIncidents } from "@/db/schema/incidents";
import { defineCommand } from "@/lib/gateway/define-command";
import { moveIncident } from "@/lib/incidents/lifecycle";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { voidPlan } from "./void-plan";

/**
 * A person says no to a plan, or takes their own back: it is void for good, nothing is done, and the incident is somebody's to look at. Toward
 * safety, so one person is enough.
 */
export const refusePlan = defineCommand({
  name: "plan.refuse",
  permission: "plan:approve",
  input: z.strictObject({
    incidentId: z.uuid(),
    planDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { incidentId, planDigest, reason }, { actor, now }) {
    const [incident] = await tx.select().from(pluginIncidents).where(eq(pluginIncidents.id, incidentId)).for("update");
    if (!incident) refuse("not-found", `No incident ${incidentId}`);
    if (incident.planDigest !== planDigest) refuse("conflict", "This is not today's plan; look again");
    if (incident.status !== "awaiting_approval") refuse("conflict", "This plan does not wait for approval");
    const { tenantId, pluginId } = incident;
    const voided = await voidPlan(tx, incident, "it was refused");
    const status = moveIncident(incident.status, "escalate");
    await tx
      .update(pluginIncidents)
      .set({ status, escalatedAt: now, decideAt: null, updatedAt: now })
      .where(and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId)));
    return {
      subject: `incident:${incidentId}`,
      tenantId,
      before: { status: incident.status, plan_digest: planDigest },
      after: { status, plan: "void" },
      reason,
      events: [
        { name: "incident.updated", payload: { incidentId, pluginId } },
        { name: "incident.escalated", payload: { incidentId, pluginId } },
      ],
      timeline: [
        { incidentId, kind: "plan_refused", summary: `${actor.id} refused the plan: ${reason}`, data: { plan_digest: planDigest } },
        ...voided,
      ],
      result: { status, plan_digest: planDigest },
    };
  },
});
