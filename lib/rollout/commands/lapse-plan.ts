import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { approverKeys } from "@/db/schema/approver-keys";
import { planApprovals, plans } from "@/db/schema/delivery";
import { pluginIncidents } from "@/db/schema/incidents";
import { opsPolicy } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import { whatCalendarHolds } from "@/lib/gateway/calendar-gate";
import { defineCommand } from "@/lib/gateway/define-command";
import { moveIncident } from "@/lib/incidents/lifecycle";
import { refuse } from "@/lib/kernel/refusal";
import { isHeldByCalendarAlone } from "@/lib/policy/permit/is-held-by-calendar-alone";
import type { Permit } from "@/lib/policy/types";

/** Says so when a key that signed a plan was revoked since. */
async function revokedSignature(tx: WriterTx, tenantId: string, digest: string): Promise<string | null> {
  const [revoked] = await tx
    .select({ keyid: planApprovals.keyid })
    .from(planApprovals)
    .innerJoin(approverKeys, and(eq(approverKeys.keyid, planApprovals.keyid), eq(approverKeys.status, "revoked")))
    .where(and(eq(planApprovals.tenantId, tenantId), eq(planApprovals.planDigest, digest)))
    .limit(1);
  return revoked ? "a key that had signed it was revoked" : null;
}

/** Says so when the freeze, or the hours, for which alone people are asked are over. */
async function openedSince(tx: WriterTx, tenantId: string, permit: Permit | null, now: Date): Promise<string | null> {
  if (!isHeldByCalendarAlone(permit)) return null;
  const heldBy = await whatCalendarHolds(tx, tenantId, now);
  return heldBy === null ? "what held it is over: no freeze and no closed hour of the merchant" : null;
}

/**
 * A plan that waited for people in vain, was made under a policy that no longer holds, or was signed by a key that was revoked since, is void with whatever was agreed to
 * it; its incident is decided anew, so that nobody is asked to approve what cannot be approved any more, or needs nobody's approval.
 */
export const lapsePlan = defineCommand({
  name: "plan.lapse",
  permission: "system",
  input: z.strictObject({ tenantId: z.uuid(), incidentId: z.uuid() }),

  async apply(tx, { tenantId, incidentId }, { now }) {
    const key = and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId));
    const [incident] = await tx.select().from(pluginIncidents).where(key).for("update");
    if (incident?.status !== "awaiting_approval" || !incident.planDigest) refuse("conflict", "No plan of this incident waits for approval");
    const planKey = and(eq(plans.tenantId, tenantId), eq(plans.digest, incident.planDigest));
    const [plan] = await tx.select().from(plans).where(planKey).for("update");
    const [policy] = await tx.select({ version: opsPolicy.version }).from(opsPolicy).where(eq(opsPolicy.id, 1)).for("share");
    const reason =
      !plan || plan.expiresAt <= now
        ? "the plan expired before it was approved"
        : plan.document.policy_version !== policy?.version
          ? "the policy changed since the plan was made"
          : ((await revokedSignature(tx, tenantId, plan.digest)) ?? (await openedSince(tx, tenantId, incident.permit, now)));
    if (reason === null) refuse("conflict", "This plan can still be approved");
    await tx.update(plans).set({ status: "void" }).where(planKey);
    const after = { status: moveIncident(incident.status, "approval_lapsed"), planDigest: null, decideAt: now };
    await tx
      .update(pluginIncidents)
      .set({ ...after, updatedAt: now })
      .where(key);
    return {
      subject: `incident:${incidentId}`,
      tenantId,
      before: { status: incident.status, planDigest: incident.planDigest },
      after,
      reason,
      events: [{ name: "incident.updated", payload: { incidentId, pluginId: incident.pluginId } }],
      timeline: [
        {
          incidentId,
          kind: "plan_lapsed",
          summary: `Approvals are void, it is decided anew: ${reason}`,
          data: { plan_digest: incident.planDigest },
        },
      ],
      wakes: [{ queue: "incident", id: incidentId, tenantId }],
      result: { status: after.status },
    };
  },
});
