import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { resolve } from "@/lib/incidents/lifecycle";
import { LIMITS } from "@/lib/platform/limits";
import { auditedIncident, changeIncident, incidentEvent, lockIncident } from "./incident-row";
import { voidPlans } from "./void-plans";

/** A person says that an incident is over. Plans that still waited for approval are void with it. */
export const resolveIncident = defineCommand({
  name: "incident.resolve",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { incidentId, reason }, context) {
    const { actor, now } = context;
    const before = await lockIncident(tx, incidentId);
    const after = await changeIncident(tx, before, { ...resolve(before, actor.id, now), decideAt: null }, now);
    const voided = await voidPlans(tx, before);
    return {
      subject: `incident:${incidentId}`,
      tenantId: before.tenantId,
      before: auditedIncident(before),
      after: auditedIncident(after),
      reason,
      events: [incidentEvent("incident.resolved", after)],
      timeline: [{ incidentId, kind: "resolved", summary: reason, data: { voided_plans: voided } }],
      result: { id: incidentId, status: after.status, resolved_at: now.toISOString() },
    };
  },
});
