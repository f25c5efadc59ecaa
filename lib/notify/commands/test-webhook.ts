import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { webhookDeliveries, webhookEndpoints } from "@/db/schema/notify";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { TEST_EVENT } from "../types";

/** What a test says: as every message in both languages, and about nothing that happened. */
const TEXT = {
  en: "This is a test from Reliability Center: nothing has happened.",
  fr: "Ceci est un essai de Reliability Center : il ne s’est rien passé.",
};

/**
 * A message that is about nothing goes to an address, by the same way and signed by the same secrets as every other; also to one that
 * rests, so that its keeper sees that it works before it hears again. One that waits for its next try is tried now instead.
 */
export const testWebhook = defineCommand({
  name: "webhook.test",
  permission: "webhook:write",
  input: z.strictObject({ webhookId: z.uuid().toLowerCase() }),

  async apply(tx, { webhookId }, { now, newId }) {
    const [endpoint] = await tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, webhookId)).for("update");
    if (!endpoint || endpoint.isDisabled) refuse("not-found", `No webhook ${webhookId}`);
    const { tenantId } = endpoint;
    const [waiting] = await tx
      .select({ id: webhookDeliveries.id, attempts: webhookDeliveries.attempts })
      .from(webhookDeliveries)
      .where(
        and(
          eq(webhookDeliveries.tenantId, tenantId),
          eq(webhookDeliveries.endpointId, webhookId),
          eq(webhookDeliveries.event, TEST_EVENT),
          eq(webhookDeliveries.status, "waiting"),
        ),
      )
      .limit(1);
    const id = waiting?.id ?? newId();
    if (waiting) {
      // Its retries may be hours apart, and whoever mended the receiver wants to know now.
      const set = { nextAttemptAt: now, scheduleFrom: waiting.attempts };
      await tx
        .update(webhookDeliveries)
        .set(set)
        .where(and(eq(webhookDeliveries.tenantId, tenantId), eq(webhookDeliveries.id, id)));
    } else {
      const data = { webhook_id: webhookId, tenant_id: tenantId === PLATFORM_TENANT ? null : tenantId, text: TEXT };
      const body = JSON.stringify({ type: TEST_EVENT, timestamp: now.toISOString(), data });
      const message = { tenantId, id, endpointId: webhookId, event: TEST_EVENT, body, isUrgent: false };
      await tx.insert(webhookDeliveries).values({ ...message, status: "waiting", nextAttemptAt: now, createdAt: now });
    }
    const result = { id, webhook_id: webhookId, status: "waiting" };
    return {
      subject: `webhook:${webhookId}`,
      tenantId: tenantId === PLATFORM_TENANT ? null : tenantId,
      before: null,
      after: result,
      events: [{ name: "delivery.asked", payload: { deliveryId: id } }],
      result,
    };
  },
});
