import { z } from "zod";
import { requireAssignable } from "@/lib/access/people/rights/require-assignable";
import { defineCommand } from "@/lib/gateway/define-command";
import { assign } from "@/lib/incidents/lifecycle";
import { LIMITS } from "@/lib/platform/limits";
import { auditedModuleIncident, changeModuleIncident, lockModuleIncident, moduleIncidentEvent } from "./module-incident-row";

/** A module's incident becomes somebody's to end. */
export const assignModule = defineCommand({
  name: "module-incident.assign",
  permission: "incident:write",
  input: z.strictObject({
    incidentId: z.uuid(),
    assignee: z.email().max(LIMITS.emailCharacters).toLowerCase(),
    reason: z.string().max(LIMITS.reasonCharacters).optional(),
  }),

  async apply(tx, { incidentId, assignee, reason }, context) {
    const before = await lockModuleIncident(tx, incidentId);
    await requireAssignable(tx, assignee, before.tenantId, context.actor);
    const after = await changeModuleIncident(tx, before, assign(before, assignee), context.now);
    return {
      subject: `module-incident:${incidentId}`,
      tenantId: before.tenantId,
      before: auditedModuleIncident(before),
      after: auditedModuleIncident(after),
      reason,
      events: [moduleIncidentEvent("module-incident.assigned", after)],
      moduleTimeline: [{ incidentId, kind: "assigned", summary: `Assigned to ${assignee}`, data: { assignee, before: before.assignedTo } }],
      result: { id: incidentId, status: after.status, assigned_to: assignee },
    };
  },
});
