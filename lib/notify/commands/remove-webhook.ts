import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { webhookEndpoints } from "@/db/schema/notify";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { endpointItem } from "../endpoint-item";

/** An address hears of nothing any more. Its row stays for the deliveries that point to it. */
export const removeWebhook = defineCommand({
  name: "webhook.remove",
  permission: "webhook:write",
  input: z.strictObject({ webhookId: z.uuid(), reason: z.string().max(LIMITS.reasonCharacters).optional() }),

  async apply(tx, { webhookId, reason }) {
    const [before] = await tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, webhookId)).for("update");
    if (!before || before.isDisabled) refuse("not-found", `No webhook ${webhookId}`);
    await tx
      .update(webhookEndpoints)
      .set({ isDisabled: true })
      .where(and(eq(webhookEndpoints.tenantId, before.tenantId), eq(webhookEndpoints.id, webhookId)));
    const result = endpointItem({ ...before, isDisabled: true });
    const tenantId = before.tenantId === PLATFORM_TENANT ? null : before.tenantId;
    return { subject: `webhook:${webhookId}`, tenantId, before: endpointItem(before), after: result, reason, result };
  },
});
