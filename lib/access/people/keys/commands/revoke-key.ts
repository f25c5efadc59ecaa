import { eq } from "drizzle-orm";
import { z } from "zod";
import { approverKeys } from "@/db/schema/approver-keys";
import { mayBeSamePerson } from "@/lib/approvals/four-eyes";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { requireAllTenants } from "../../require-all-tenants";
import { lockKey } from "../approver-keys";
import { keyItem } from "../key-item";

/**
 * A key counts no more, for good: its holder lost it, somebody refuses to vouch for it, or somebody doubts it. That is toward safety, so one
 * person and a reason are enough. Plans that it signed are decided anew; agents hear of it by the next trust document.
 */
export const revokeKey = defineCommand({
  name: "approver-key.revoke",
  permission: "switch:safer",
  input: z.strictObject({ id: z.uuid().toLowerCase(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { id, reason }, { actor, now }) {
    const key = await lockKey(tx, id);
    if (!mayBeSamePerson(key.approver, actor.email ?? "")) requireAllTenants(actor, "Approvers' keys");
    if (key.status === "revoked") refuse("conflict", "This key is revoked already");
    const change = { status: "revoked" as const, revokedAt: now, revokedBy: actor.id, revokedReason: reason };
    await tx.update(approverKeys).set(change).where(eq(approverKeys.id, id));
    const after = keyItem({ ...key, ...change });
    return {
      subject: `approver-key:${id}`,
      tenantId: null,
      before: keyItem(key),
      after,
      reason,
      events: [{ name: "approval.changed", payload: { approvalId: id } }],
      result: after,
    };
  },
});
