import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { detectionRules } from "@/db/schema/safety";
import { tenants } from "@/db/schema/tenants";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { detectorsId } from "../resolve-rules";
import { detectorsItem } from "../rule-item";

/**
 * The detectors over metrics are switched off or on, everywhere or for one tenant: from the next beat on, within seconds. They
 * go on learning; only what they raise is left aside. Static rules are switched one by one (`rule.change`).
 */
export const switchDetectors = defineCommand({
  name: "detectors.switch",
  permission: "rule:write",
  input: z.strictObject({
    on: z.boolean(),
    /** Left out: everywhere. */
    tenantId: z.uuid().optional(),
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { on, tenantId = null, reason }, { actor, now }) {
    requireAllTenants(actor, "Detectors");
    if (tenantId !== null) {
      const [tenant] = await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, tenantId));
      if (!tenant) refuse("not-found", "No such tenant");
    }
    const id = detectorsId(tenantId);
    // One that was never switched has no row to lock.
    await tx.execute(sql`select pg_advisory_xact_lock(7105663, hashtext(${id}))`);
    const [before] = await tx.select().from(detectionRules).where(eq(detectionRules.id, id));
    if ((before?.isEnabled ?? true) === on) refuse("conflict", `The detectors are ${on ? "on" : "off"} there already`);
    const next = { version: (before?.version ?? 0) + 1, isEnabled: on, params: {}, updatedAt: now, updatedBy: actor.id };
    const [row] = await tx
      .insert(detectionRules)
      .values({ id, ...next })
      .onConflictDoUpdate({ target: detectionRules.id, set: next })
      .returning();
    if (!row) throw new Error("what was switched was not stored");
    return {
      subject: `rule:${id}`,
      tenantId,
      before: { on: before?.isEnabled ?? true },
      after: { on },
      reason,
      events: [{ name: "rule.changed", payload: { ruleId: id } }],
      result: detectorsItem(row),
    };
  },
});
