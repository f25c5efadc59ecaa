import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { acknowledge } from "@/lib/incidents/lifecycle";
import { LIMITS } from "@/lib/platform/limits";
import { auditedIncident, changeIncident, incidentEvent, lockIncident } from "./incident-row";

/** A person takes ownership of an open incident, which stops further paging. */
export const acknowledgeIncident = defineCommand({
  name: "incident.acknowledge",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), reason: z.string().max(LIMITS.reasonCharacters).optional() }),

  async apply(tx, { incidentId, reason }, context) {
    const before = await lockIncident(tx, incidentId);
    const after = await changeIncident(tx, before, acknowledge(before, context.actor.id, context.now), context.now);
    return {
      subject: `incident:${incidentId}`,
      tenantId: before.tenantId,
      before: auditedIncident(before),
      after: auditedIncident(after),
      reason,
      events: [incidentEvent("incident.acknowledged", after)],
      timeline: [{ incidentId, kind: "acknowledged", summary: reason || "Acknowledged" }],
      result: { id: incidentId, status: after.status, acknowledged_by: context.actor.id, acknowledged_at: context.now.toISOString() },
    };
  },
});
