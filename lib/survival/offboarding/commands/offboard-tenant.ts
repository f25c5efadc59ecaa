import { eq } from "drizzle-orm";
import { z } from "zod";
import { tenants } from "@/db/schema/tenants";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { requireVouchedFor } from "@/lib/access/people/require-vouched-for";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { mayBeSamePerson } from "@/lib/approvals/four-eyes";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { offboardingDigest } from "../standing";

const input = z.strictObject({
  tenantId: z.uuid(),
  /** The tenant's slug, typed: nobody offboards by a click on the wrong line. */
  slug: z.string(),
  reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
});

/**
 * A tenant is offboarded by two security administrators: the first call asks, the second, by another person within hours, agrees. From then on
 * nothing is healed for it and nothing new is sent; after LIMITS.offboardingGraceHours its keys are destroyed and its rows erased.
 */
export const offboardTenant = defineCommand({
  name: "tenant.offboard",
  permission: "switch:looser",
  input,

  async apply(tx, { tenantId, slug, reason }, { actor, now }) {
    requireAllTenants(actor, "Tenants");
    if (tenantId === PLATFORM_TENANT) refuse("forbidden", "The platform itself does not leave");
    const [before] = await tx.select().from(tenants).where(eq(tenants.id, tenantId)).for("update");
    if (!before) refuse("not-found", `No tenant ${tenantId}`);
    if (before.leavingAt) refuse("conflict", "This tenant is leaving already");
    if (before.slug !== slug) refuse("conflict", "That is not this tenant's slug");
    if (actor.kind !== "person") refuse("forbidden", "Two people offboard a tenant", { code: "ERR_SECOND_PERSON" });
    requireVouchedFor(actor);
    const isAsked = before.leavingAskedAt !== null && now.getTime() - before.leavingAskedAt.getTime() < LIMITS.looseningLifeSeconds * 1_000;
    if (isAsked && mayBeSamePerson(before.leavingAskedBy ?? "", actor.id)) {
      refuse("conflict", "You asked for this yourself: a second person has to agree", { code: "ERR_SECOND_PERSON" });
    }
    await requireStepUp(tx, actor, offboardingDigest(tenantId, slug), now);
    const change = isAsked ? { leavingAt: now, isDisabled: true } : { leavingAskedBy: actor.id, leavingAskedAt: now };
    await tx.update(tenants).set(change).where(eq(tenants.id, tenantId));
    const erasedFrom = new Date(now.getTime() + LIMITS.offboardingGraceHours * 3_600_000).toISOString();
    const result = { id: tenantId, status: isAsked ? "leaving" : "asked", erased_from: isAsked ? erasedFrom : null };
    return {
      subject: `tenant:${tenantId}`,
      tenantId,
      before: { status: isAsked ? "asked" : "active", asked_by: before.leavingAskedBy },
      after: result,
      reason,
      events: isAsked ? [{ name: "tenant.leaving", payload: { tenantId, erased_from: erasedFrom } }] : [],
      result,
    };
  },
});
