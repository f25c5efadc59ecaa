import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { auditedIncident, incidentEvent, lockIncident } from "./incident-row";

/** Somebody writes down what they found; it changes nothing else, and is possible after the end too. */
export const commentIncident = defineCommand({
  name: "incident.comment",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), text: z.string().trim().min(1).max(LIMITS.commentCharacters) }),

  async apply(tx, { incidentId, text }) {
    const incident = await lockIncident(tx, incidentId);
    return {
      subject: `incident:${incidentId}`,
      tenantId: incident.tenantId,
      before: auditedIncident(incident),
      after: { ...auditedIncident(incident), comment: text },
      events: [incidentEvent("incident.commented", incident)],
      timeline: [{ incidentId, kind: "comment", summary: text }],
      result: { id: incidentId, status: incident.status },
    };
  },
});
