import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { auditedIncident, incidentEvent, lockIncident } from "./incident-row";

/** Everybody who is told of incidents is told of this one again. */
export const notifyAgain = defineCommand({
  name: "incident.notify",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { incidentId, reason }, { actor }) {
    const incident = await lockIncident(tx, incidentId);
    const seen = auditedIncident(incident);
    return {
      subject: `incident:${incidentId}`,
      tenantId: incident.tenantId,
      before: seen,
      after: seen,
      reason,
      events: [incidentEvent("incident.opened", incident)],
      timeline: [{ incidentId, kind: "notified", summary: `${actor.id} had everybody told again: ${reason}` }],
      result: { id: incidentId, status: incident.status },
    };
  },
});
