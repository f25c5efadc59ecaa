import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { plans } from "@/db/schema/delivery";
import { defineCommand } from "@/lib/gateway/define-command";
import { resolve } from "@/lib/incidents/lifecycle";
import { LIMITS } from "@/lib/platform/limits";
import { auditedIncident, changeIncident, incidentEvent, lockIncident } from "./incident-row";

/** A person says that an incident is over. Plans that still waited for approval are void with it. */
export const resolveIncident = defineCommand({
  name: "incident.resolve",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { incidentId, reason }, context) {
    const { actor, now } = context;
    const before = await lockIncident(tx, incidentId);
    const after = await changeIncident(tx, before, { ...resolve(before, actor.id, now), decideAt: null }, now);
    const voided = await tx
      .update(plans)
      .set({ status: "void" })
      .where(and(eq(plans.tenantId, before.tenantId), eq(plans.incidentId, incidentId), eq(plans.status, "awaiting")))
      .returning({ digest: plans.digest });
    return {
      subject: `incident:${incidentId}`,
      tenantId: before.tenantId,
      before: auditedIncident(before),
      after: auditedIncident(after),
      reason,
      events: [incidentEvent("incident.resolved", after)],
      timeline: [{ incidentId, kind: "resolved", summary: reason, data: { voided_plans: voided.map(({ digest }) => digest) } }],
      result: { id: incidentId, status: after.status, resolved_at: now.toISOString() },
    };
  },
});
