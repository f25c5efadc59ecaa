import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { pluginIncidents } from "@/db/schema/incidents";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";

/** An incident that policy held back is decided anew, since the policy that held it is no longer the one in force. */
export const reconsiderIncident = defineCommand({
  name: "incident.reconsider",
  permission: "system",
  input: z.strictObject({ tenantId: z.uuid(), incidentId: z.uuid() }),

  async apply(tx, { tenantId, incidentId }, { now }) {
    const key = and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId));
    const [incident] = await tx.select().from(pluginIncidents).where(key).for("update");
    if (incident?.status !== "open") refuse("conflict", "This incident is no longer open");
    await tx.update(pluginIncidents).set({ decideAt: now, updatedAt: now }).where(key);
    return {
      subject: `incident:${incidentId}`,
      tenantId,
      before: { decideAt: incident.decideAt },
      after: { decideAt: now },
      reason: "the policy changed",
      wakes: [{ queue: "incident", id: incidentId, tenantId }],
      result: { incidentId },
    };
  },
});
