import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { escalate } from "@/lib/incidents/lifecycle";
import { LIMITS } from "@/lib/platform/limits";
import { auditedIncident, changeIncident, incidentEvent, lockIncident } from "./incident-row";

/** A person asks for more people: the incident is no longer left to automatic healing, and ops are told. */
export const escalateIncident = defineCommand({
  name: "incident.escalate",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { incidentId, reason }, context) {
    const before = await lockIncident(tx, incidentId);
    const after = await changeIncident(tx, before, { ...escalate(before, context.now), decideAt: null }, context.now);
    return {
      subject: `incident:${incidentId}`,
      tenantId: before.tenantId,
      before: auditedIncident(before),
      after: auditedIncident(after),
      reason,
      events: [incidentEvent("incident.escalated", after)],
      timeline: [{ incidentId, kind: "escalated", summary: reason }],
      result: { id: incidentId, status: after.status },
    };
  },
});
