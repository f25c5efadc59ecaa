import { and, eq } from "drizzle-orm";
import { planApprovals, plans } from "@/db/schema/delivery";
import type { pluginIncidents } from "@/db/schema/incidents";
import type { WriterTx } from "@/db/writer";
import type { TimelineLine } from "@/lib/gateway/types";

type IncidentRow = Pick<typeof pluginIncidents.$inferSelect, "tenantId" | "id" | "planDigest">;

/**
 * Ends an incident's waiting plan, with whatever was agreed to it: nobody's yes to one plan is ever a yes to another.
 * @returns the line that says so on the timeline; none where no plan waited
 */
export async function voidPlan(tx: WriterTx, { tenantId, id: incidentId, planDigest }: IncidentRow, why: string): Promise<TimelineLine[]> {
  if (planDigest === null) return [];
  const key = and(eq(plans.tenantId, tenantId), eq(plans.digest, planDigest), eq(plans.status, "awaiting"));
  const voided = await tx.update(plans).set({ status: "void" }).where(key).returning({ digest: plans.digest });
  if (voided.length === 0) return [];
  const given = await tx.$count(planApprovals, and(eq(planApprovals.tenantId, tenantId), eq(planApprovals.planDigest, planDigest)));
  const summary = `The plan that waited for approval is void, and so is what was agreed to it (${given}): ${why}`;
  return [{ incidentId, kind: "plan_voided", summary, data: { plan_digest: planDigest, approvals: given } }];
}
