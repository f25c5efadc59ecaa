import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { resolve } from "@/lib/incidents/lifecycle";
import { LIMITS } from "@/lib/platform/limits";
import { auditedModuleIncident, changeModuleIncident, lockModuleIncident, moduleIncidentEvent } from "./module-incident-row";

/** A person says that a module's incident is over. */
export const resolveModule = defineCommand({
  name: "module-incident.resolve",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { incidentId, reason }, context) {
    const before = await lockModuleIncident(tx, incidentId);
    const after = await changeModuleIncident(tx, before, resolve(before, context.actor.id, context.now), context.now);
    return {
      subject: `module-incident:${incidentId}`,
      tenantId: before.tenantId,
      before: auditedModuleIncident(before),
      after: auditedModuleIncident(after),
      reason,
      events: [moduleIncidentEvent("module-incident.resolved", after)],
      moduleTimeline: [{ incidentId, kind: "resolved", summary: reason }],
      result: { id: incidentId, status: after.status, resolved_at: context.now.toISOString() },
    };
  },
});
