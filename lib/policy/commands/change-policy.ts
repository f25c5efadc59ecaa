import { eq } from "drizzle-orm";
import { z } from "zod";
import { opsPolicy } from "@/db/schema/safety";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { policyColumns, policyItem } from "../policy-item";
import { policyOf } from "../policy-of";
import { policySchema } from "../types";
import { refuseLoosening } from "./refuse-loosening";

const input = z.strictObject({
  changes: policySchema.partial().refine((changes) => Object.keys(changes).length > 0, "nothing to change"),
  /** The version that the changes were made from: another one in force is a conflict. */
  version: z.number().int().min(1).optional(),
  reason: z.string().trim().max(LIMITS.reasonCharacters).optional(),
});

/** The global ceiling changes: what may happen by itself, to whom, and when. It is in force everywhere within 5 s. */
export const changePolicy = defineCommand({
  name: "policy.change",
  permission: "policy:write",
  input,

  async apply(tx, { changes, version, reason }, { actor, now }) {
    requireAllTenants(actor, "Changes of the policy");
    const [before] = await tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1)).for("update");
    if (!before) refuse("unavailable", "The policy could not be read", { code: "ERR_SWITCHES_UNKNOWN" });
    if (version !== undefined && version !== before.version) refuse("conflict", `The policy is at version ${before.version} by now`);
    if (changes.autopatch_enabled === true && !before.autopatchEnabled) refuseLoosening(actor, "The kill switch");

    const stamp = { version: before.version + 1, updatedAt: now, updatedBy: actor.id };
    const [after] = await tx
      .update(opsPolicy)
      .set({ ...policyColumns(changes), ...stamp })
      .where(eq(opsPolicy.id, 1))
      .returning();
    if (!after) throw new Error("the locked policy row is gone");
    const isThrown = before.autopatchEnabled && !after.autopatchEnabled;
    const thrown = {
      name: "switch.changed",
      payload: { switch: "kill_switch", scope: "global", on: true, actor: actor.id, reason: reason ?? "" },
    };
    return {
      subject: "policy:1",
      tenantId: null,
      before: policyItem(policyOf(before), before),
      after: policyItem(policyOf(after), after),
      reason,
      events: [{ name: "policy.changed", payload: { version: after.version } }, ...(isThrown ? [thrown] : [])],
      result: policyItem(policyOf(after), after),
    };
  },
});
