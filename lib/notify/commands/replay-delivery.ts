import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { webhookDeliveries, webhookEndpoints } from "@/db/schema/notify";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { TEST_EVENT } from "../types";

type Delivery = typeof webhookDeliveries.$inferSelect;

/** What goes to an address that was removed or rests would be given up at once; a test goes to one that rests too. */
async function refuseUnreachable(tx: WriterTx, { tenantId, endpointId, event }: Delivery): Promise<void> {
  if (endpointId === null) return;
  const key = and(eq(webhookEndpoints.tenantId, tenantId), eq(webhookEndpoints.id, endpointId));
  const { isDisabled, isPaused } = webhookEndpoints;
  const [endpoint] = await tx.select({ isDisabled, isPaused }).from(webhookEndpoints).where(key);
  if (!endpoint || endpoint.isDisabled) refuse("conflict", "Its address was removed");
  if (endpoint.isPaused && event !== TEST_EVENT)
    refuse("conflict", "Its address rests; let it hear again first", { code: "ERR_ADDRESS_RESTS" });
}

/**
 * A message is sent once more, under its own id and with the same bytes, so that a receiver that has it already can tell. The schedule
 * of retries begins anew.
 */
export const replayDelivery = defineCommand({
  name: "notify.replay",
  permission: "webhook:write",
  input: z.strictObject({
    deliveryId: z.uuid().toLowerCase(),
    reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { deliveryId, reason }, { now }) {
    const [row] = await tx.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, deliveryId)).for("update");
    if (!row) refuse("not-found", `No delivery ${deliveryId}`);
    if (row.status === "waiting" && (row.nextAttemptAt ?? now) <= now) refuse("conflict", "This message is on its way already");
    await refuseUnreachable(tx, row);
    const replays = row.replays + 1;
    const set = { status: "waiting", nextAttemptAt: now, finishedAt: null, replays, scheduleFrom: row.attempts } as const;
    await tx
      .update(webhookDeliveries)
      .set(set)
      .where(and(eq(webhookDeliveries.tenantId, row.tenantId), eq(webhookDeliveries.id, deliveryId)));
    const tenantId = row.tenantId === PLATFORM_TENANT ? null : row.tenantId;
    return {
      subject: `delivery:${deliveryId}`,
      tenantId,
      before: { status: row.status, attempts: row.attempts, replays: row.replays },
      after: { status: set.status, replays },
      reason,
      events: [{ name: "delivery.replayed", payload: { deliveryId } }],
      result: { id: deliveryId, status: set.status, attempts: row.attempts, replays },
    };
  },
});
