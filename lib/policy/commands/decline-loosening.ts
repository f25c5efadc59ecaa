import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { looseningRequests } from "@/db/schema/approvals";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";

/** Somebody says no to a request, or takes their own back: that is toward safety, so one person is enough. */
export const declineLoosening = defineCommand({
  name: "loosening.decline",
  permission: "switch:safer",
  input: z.strictObject({ requestId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { requestId, reason }, { actor, now }) {
    const [request] = await tx.select().from(looseningRequests).where(eq(looseningRequests.id, requestId)).for("update");
    if (!request) refuse("not-found", `No request ${requestId}`);
    if (request.tenantId === PLATFORM_TENANT) requireAllTenants(actor, "What holds for everybody");
    if (request.status !== "awaiting") refuse("conflict", `This request is ${request.status} already`);
    await tx
      .update(looseningRequests)
      .set({ status: "declined", settledAt: now, settledBy: actor.id, settledReason: reason })
      .where(and(eq(looseningRequests.tenantId, request.tenantId), eq(looseningRequests.id, requestId)));
    return {
      subject: `loosening:${requestId}`,
      tenantId: request.tenantId === PLATFORM_TENANT ? null : request.tenantId,
      before: { status: request.status },
      after: { status: "declined" },
      reason,
      events: [{ name: "switch.asked", payload: { requestId } }],
      result: { request_id: requestId, status: "declined" },
    };
  },
});
