import { eq } from "drizzle-orm";
import { z } from "zod";
import { trustDocuments } from "@/db/schema/approver-keys";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { requireAllTenants } from "../../require-all-tenants";
import { settleTrust } from "../settle-trust";

/** Somebody says no to a proposed trust document, or takes their own back: nothing changes, so one person is enough. */
export const refuseTrust = defineCommand({
  name: "trust.refuse",
  permission: "switch:safer",
  input: z.strictObject({ id: z.uuid().toLowerCase(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { id, reason }, { actor, now }) {
    requireAllTenants(actor, "Trust documents");
    const [row] = await tx.select().from(trustDocuments).where(eq(trustDocuments.id, id)).for("update");
    if (!row) refuse("not-found", `No trust document ${id}`);
    if (row.status !== "awaiting") refuse("conflict", `This document is ${row.status} already`);
    await settleTrust(tx, id, "void", { by: actor.id, reason, now });
    return {
      subject: `trust:${id}`,
      tenantId: null,
      before: { status: row.status },
      after: { status: "void" },
      reason,
      events: [{ name: "approval.changed", payload: { approvalId: id } }],
      result: { id, status: "void" },
    };
  },
});
