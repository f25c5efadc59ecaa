import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { webhookEndpoints } from "@/db/schema/notify";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { endpointItem } from "../endpoint-item";
import { NOTIFICATION_EVENTS } from "../types";

/** An address hears of other events from now on, rests for a while, or hears again. Where it is and its secret stay. */
export const changeWebhook = defineCommand({
  name: "webhook.change",
  permission: "webhook:write",
  input: z.strictObject({
    webhookId: z.uuid().toLowerCase(),
    events: z.array(z.enum(NOTIFICATION_EVENTS)).min(1).max(NOTIFICATION_EVENTS.length).optional(),
    paused: z.boolean().optional(),
    reason: z.string().max(LIMITS.reasonCharacters).optional(),
  }),

  async apply(tx, { webhookId, events, paused, reason }) {
    const [before] = await tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, webhookId)).for("update");
    if (!before || before.isDisabled) refuse("not-found", `No webhook ${webhookId}`);
    const set = { events: [...new Set(events ?? before.events)], isPaused: paused ?? before.isPaused };
    await tx
      .update(webhookEndpoints)
      .set(set)
      .where(and(eq(webhookEndpoints.tenantId, before.tenantId), eq(webhookEndpoints.id, webhookId)));
    const result = endpointItem({ ...before, ...set });
    const tenantId = before.tenantId === PLATFORM_TENANT ? null : before.tenantId;
    return { subject: `webhook:${webhookId}`, tenantId, before: endpointItem(before), after: result, reason, result };
  },
});
