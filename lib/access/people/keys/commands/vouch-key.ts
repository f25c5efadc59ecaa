import { eq } from "drizzle-orm";
import { z } from "zod";
import { approverKeys } from "@/db/schema/approver-keys";
import { people } from "@/db/schema/people";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { mayBeSamePerson } from "@/lib/approvals/four-eyes";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { requireAllTenants } from "../../require-all-tenants";
import { requireVouchedFor } from "../../require-vouched-for";
import { lockKey, vouchDigest } from "../approver-keys";
import { keyItem } from "../key-item";

/** A second person compared a key's fingerprint with its holder and says that it is theirs, by a second factor for exactly this key. */
export const vouchKey = defineCommand({
  name: "approver-key.vouch",
  permission: "key:vouch",
  input: z.strictObject({
    id: z.uuid().toLowerCase(),
    keyid: z.string().regex(/^[0-9a-f]{64}$/),
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { id, keyid, reason }, { actor, now }) {
    requireAllTenants(actor, "Approvers' keys");
    requireVouchedFor(actor);
    const key = await lockKey(tx, id);
    if (key.keyid !== keyid) refuse("conflict", "This is not the key that was looked at; look again");
    if (mayBeSamePerson(key.approver, actor.email ?? ""))
      refuse("forbidden", "This key is your own: a second person has to vouch for it", { code: "ERR_SECOND_PERSON" });
    if (key.status !== "enrolled") refuse("conflict", `This key is ${key.status} already`);
    const [holder] = await tx.select({ isDisabled: people.isDisabled }).from(people).where(eq(people.id, key.personId));
    if (holder?.isDisabled !== false) refuse("conflict", "The holder of this key is disabled");
    const stepUp = await requireStepUp(tx, actor, vouchDigest(key), now);
    const change = { status: "vouched" as const, vouchedAt: now, vouchedBy: actor.id, vouchedReason: reason };
    await tx.update(approverKeys).set(change).where(eq(approverKeys.id, id));
    const after = keyItem({ ...key, ...change });
    return {
      subject: `approver-key:${id}`,
      tenantId: null,
      before: keyItem(key),
      after: { ...after, step_up: stepUp },
      reason,
      events: [{ name: "approval.changed", payload: { approvalId: id } }],
      result: after,
    };
  },
});
