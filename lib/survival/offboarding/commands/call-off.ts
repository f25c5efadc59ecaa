import { and, eq, isNotNull } from "drizzle-orm";
import { z } from "zod";
import { tenantKeys, tenants } from "@/db/schema/tenants";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";

/**
 * A tenant that was to leave stays: one security administrator and a reason, since it leads toward safety. It is too late from the moment when its
 * keys began to be destroyed.
 */
export const callOffOffboarding = defineCommand({
  name: "tenant.stay",
  permission: "switch:looser",
  input: z.strictObject({
    tenantId: z.uuid(),
    reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { tenantId, reason }, { actor, now }) {
    requireAllTenants(actor, "Tenants");
    const [before] = await tx.select().from(tenants).where(eq(tenants.id, tenantId)).for("update");
    if (!before) refuse("not-found", `No tenant ${tenantId}`);
    if (!before.leavingAt && !before.leavingAskedAt) refuse("conflict", "This tenant is not leaving");
    const ofTenant = and(eq(tenantKeys.tenantId, tenantId), isNotNull(tenantKeys.destroyedAt));
    const isLate = now.getTime() - (before.leavingAt?.getTime() ?? now.getTime()) >= LIMITS.offboardingGraceHours * 3_600_000;
    const [destroyed] = await tx.select({ version: tenantKeys.version }).from(tenantKeys).where(ofTenant).limit(1);
    if (before.goneAt || (isLate && destroyed)) refuse("conflict", "It is too late: its keys are destroyed");
    const back = before.leavingAt ? { isDisabled: false } : {};
    await tx
      .update(tenants)
      .set({ leavingAt: null, leavingAskedAt: null, leavingAskedBy: null, ...back })
      .where(eq(tenants.id, tenantId));
    return {
      subject: `tenant:${tenantId}`,
      tenantId,
      before: { status: before.leavingAt ? "leaving" : "asked", asked_by: before.leavingAskedBy },
      after: { status: "active" },
      reason,
      events: before.leavingAt ? [{ name: "tenant.stays", payload: { tenantId } }] : [],
      result: { id: tenantId, status: "active" },
    };
  },
});
