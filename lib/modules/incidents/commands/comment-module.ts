import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { auditedModuleIncident, lockModuleIncident, moduleIncidentEvent } from "./module-incident-row";

/** Somebody writes down what they found about a module's incident; it changes nothing else, and is possible after the end too. */
export const commentModule = defineCommand({
  name: "module-incident.comment",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), text: z.string().trim().min(1).max(LIMITS.commentCharacters) }),

  async apply(tx, { incidentId, text }) {
    const incident = await lockModuleIncident(tx, incidentId);
    return {
      subject: `module-incident:${incidentId}`,
      tenantId: incident.tenantId,
      before: auditedModuleIncident(incident),
      after: { ...auditedModuleIncident(incident), comment: text },
      events: [moduleIncidentEvent("module-incident.commented", incident)],
      moduleTimeline: [{ incidentId, kind: "comment", summary: text }],
      result: { id: incidentId, status: incident.status },
    };
  },
});
