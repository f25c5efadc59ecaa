import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { acknowledge } from "@/lib/incidents/lifecycle";
import { LIMITS } from "@/lib/platform/limits";
import { auditedModuleIncident, changeModuleIncident, lockModuleIncident, moduleIncidentEvent } from "./module-incident-row";

/** A person takes ownership of a module's incident, which stops further paging. */
export const acknowledgeModule = defineCommand({
  name: "module-incident.acknowledge",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), reason: z.string().max(LIMITS.reasonCharacters).optional() }),

  async apply(tx, { incidentId, reason }, context) {
    const before = await lockModuleIncident(tx, incidentId);
    const after = await changeModuleIncident(tx, before, acknowledge(before, context.actor.id, context.now), context.now);
    return {
      subject: `module-incident:${incidentId}`,
      tenantId: before.tenantId,
      before: auditedModuleIncident(before),
      after: auditedModuleIncident(after),
      reason,
      events: [moduleIncidentEvent("module-incident.acknowledged", after)],
      moduleTimeline: [
        {
          ...{ incidentId, kind: "acknowledged", summary: reason || "Acknowledged" },
          data: { before: before.acknowledgedBy, before_at: before.acknowledgedAt?.toISOString() ?? null },
        },
      ],
      result: { id: incidentId, status: after.status, acknowledged_by: context.actor.id, acknowledged_at: context.now.toISOString() },
    };
  },
});
