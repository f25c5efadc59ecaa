import { eq } from "drizzle-orm";
import { z } from "zod";
import { people } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import type { Actor } from "@/lib/access/types";
import { defineCommand } from "@/lib/gateway/define-command";
import { assign } from "@/lib/incidents/lifecycle";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { auditedIncident, changeIncident, incidentEvent, lockIncident } from "./incident-row";

/** Anyone may take an incident themselves; others must be known here and have its tenant. */
async function requireAssignable(tx: WriterTx, email: string, tenantId: string, actor: Actor): Promise<void> {
  if (email === actor.email) return;
  const [person] = await tx.select({ tenants: people.tenants, isDisabled: people.isDisabled }).from(people).where(eq(people.email, email));
  const mayWork = person !== undefined && !person.isDisabled && (person.tenants.includes("*") || person.tenants.includes(tenantId));
  if (!mayWork)
    refuse("invalid", "Nobody of that address works for this tenant", {
      errors: [{ path: "assignee", message: "is not known for this tenant" }],
    });
}

/** An incident becomes somebody's to end. */
export const assignIncident = defineCommand({
  name: "incident.assign",
  permission: "incident:write",
  input: z.strictObject({
    incidentId: z.uuid(),
    assignee: z.email().max(320).toLowerCase(),
    reason: z.string().max(LIMITS.reasonCharacters).optional(),
  }),

  async apply(tx, { incidentId, assignee, reason }, context) {
    const before = await lockIncident(tx, incidentId);
    await requireAssignable(tx, assignee, before.tenantId, context.actor);
    const after = await changeIncident(tx, before, assign(before, assignee), context.now);
    return {
      subject: `incident:${incidentId}`,
      tenantId: before.tenantId,
      before: auditedIncident(before),
      after: auditedIncident(after),
      reason,
      events: [incidentEvent("incident.assigned", after)],
      timeline: [{ incidentId, kind: "assigned", summary: `Assigned to ${assignee}`, data: { assignee } }],
      result: { id: incidentId, status: after.status, assigned_to: assignee },
    };
  },
});
