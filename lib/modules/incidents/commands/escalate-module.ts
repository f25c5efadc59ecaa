import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { escalate } from "@/lib/incidents/lifecycle";
import { LIMITS } from "@/lib/platform/limits";
import { auditedModuleIncident, changeModuleIncident, lockModuleIncident, moduleIncidentEvent } from "./module-incident-row";

/** A person asks for more people: the incident is theirs to end, and ops are told. */
export const escalateModule = defineCommand({
  name: "module-incident.escalate",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { incidentId, reason }, context) {
    const before = await lockModuleIncident(tx, incidentId);
    const after = await changeModuleIncident(tx, before, escalate(before, context.now), context.now);
    return {
      subject: `module-incident:${incidentId}`,
      tenantId: before.tenantId,
      before: auditedModuleIncident(before),
      after: auditedModuleIncident(after),
      reason,
      events: [moduleIncidentEvent("module-incident.escalated", after)],
      moduleTimeline: [{ incidentId, kind: "escalated", summary: reason }],
      result: { id: incidentId, status: after.status },
    };
  },
});
