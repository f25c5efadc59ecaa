import { z } from "zod";
import { requireAssignable } from "@/lib/access/people/rights/require-assignable";
import { defineCommand } from "@/lib/gateway/define-command";
import { assign } from "@/lib/incidents/lifecycle";
import { LIMITS } from "@/lib/platform/limits";
import { auditedIncident, changeIncident, incidentEvent, lockIncident } from "./incident-row";

/** An incident becomes somebody's to end. */
export const assignIncident = defineCommand({
  name: "incident.assign",
  permission: "incident:write",
  input: z.strictObject({
    incidentId: z.uuid(),
    assignee: z.email().max(320).toLowerCase(),
    reason: z.string().max(LIMITS.reasonCharacters).optional(),
  }),

  async apply(tx, { incidentId, assignee, reason }, context) {
    const before = await lockIncident(tx, incidentId);
    await requireAssignable(tx, assignee, before.tenantId, context.actor);
    const after = await changeIncident(tx, before, assign(before, assignee), context.now);
    return {
      subject: `incident:${incidentId}`,
      tenantId: before.tenantId,
      before: auditedIncident(before),
      after: auditedIncident(after),
      reason,
      events: [incidentEvent("incident.assigned", after)],
      timeline: [{ incidentId, kind: "assigned", summary: `Assigned to ${assignee}`, data: { assignee } }],
      result: { id: incidentId, status: after.status, assigned_to: assignee },
    };
  },
});
