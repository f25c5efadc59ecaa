import { sql } from "drizzle-orm";
import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";

/** Forgets events that were told and messages that came to their end, some days after; what still waits is never touched. */
export const forgetOldMessages = defineCommand({
  name: "notify.forget",
  permission: "system",
  input: z.strictObject({}),

  async apply(tx, _input, { now }) {
    const before = (days: number) => sql`${new Date(now.getTime() - days * 86_400_000).toISOString()}::timestamptz`;
    const events = await tx.execute(sql`
      delete from outbox where (tenant_id, id) in (select tenant_id, id from outbox
        where dispatched_at < ${before(LIMITS.outboxMemoryDays)} limit ${LIMITS.spentRowsAtOnce}) returning 1`);
    const messages = await tx.execute(sql`
      delete from webhook_deliveries where (tenant_id, id) in (select tenant_id, id from webhook_deliveries
        where finished_at < ${before(LIMITS.deliveryMemoryDays)} and status <> 'waiting' limit ${LIMITS.spentRowsAtOnce}) returning 1`);
    const after = { outbox: events.length, webhook_deliveries: messages.length };
    return { subject: "retention", tenantId: null, before: null, after, result: after };
  },
});
