import { and, eq, ne } from "drizzle-orm";
import { z } from "zod";
import { approverKeys } from "@/db/schema/approver-keys";
import { people } from "@/db/schema/people";
import { requireOwnRecord } from "@/lib/access/step-up/factor";
import { envelopeSchema } from "@/lib/delivery/dsse";
import { readEnrolment } from "@/lib/delivery/quorum/enrolment";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { requireAllTenants } from "../../require-all-tenants";
import { requireVouchedFor } from "../../require-vouched-for";
import { keyItem } from "../key-item";

/**
 * Somebody brings the public half of a signing key with a statement signed by it. It counts for nothing until a second person vouched
 * for it and the approvers before it signed a trust document that lists it.
 */
export const enrolKey = defineCommand({
  name: "approver-key.enrol",
  permission: "plan:approve",
  input: z.strictObject({ proof: envelopeSchema }),

  async apply(tx, { proof }, { actor, now, newId }) {
    requireAllTenants(actor, "Approvers' keys");
    requireVouchedFor(actor);
    const { id: personId, email } = await requireOwnRecord(tx, actor);
    await tx.select({ id: people.id }).from(people).where(eq(people.id, personId)).for("update");
    const key = readEnrolment(proof, email.toLowerCase(), now);
    if ("problem" in key) refuse("forbidden", `The key was not taken: ${key.problem}`, { code: "ERR_SIGNATURE_WRONG" });
    const mine = await tx.$count(approverKeys, and(eq(approverKeys.personId, personId), ne(approverKeys.status, "revoked")));
    if (mine >= LIMITS.approverKeysPerPerson) refuse("conflict", "You have as many keys as one person may have: revoke one first");
    const row = {
      id: newId(),
      keyid: key.keyid,
      publicKey: key.publicKey,
      personId,
      approver: email.toLowerCase(),
      madeIn: key.madeIn,
      proof,
      status: "enrolled" as const,
      enrolledAt: now,
    };
    const [made] = await tx.insert(approverKeys).values(row).onConflictDoNothing().returning();
    if (!made) refuse("conflict", "This key was brought before");
    const after = keyItem(made);
    return {
      subject: `approver-key:${made.id}`,
      tenantId: null,
      before: null,
      after,
      events: [{ name: "approval.changed", payload: { approvalId: made.id } }],
      result: after,
    };
  },
});
