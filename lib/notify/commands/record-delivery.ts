import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { webhookDeliveries } from "@/db/schema/notify";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireFence } from "@/lib/gateway/lease";
import { refuse } from "@/lib/kernel/refusal";
import { nextTryAt } from "../retry-schedule";
import type { MessageEvent } from "../types";

/** What became of one try to deliver a message: delivered, to be tried again at a set time, or a dead letter. */
export const recordDelivery = defineCommand({
  name: "notify.record",
  permission: "system",
  input: z.strictObject({
    tenantId: z.uuid(),
    deliveryId: z.uuid(),
    fence: z.number().int(),
    kind: z.enum(["delivered", "retry", "dead"]),
    status: z.number().int().nullable(),
    why: z.string().max(500),
  }),

  async apply(tx, { tenantId, deliveryId, fence, kind, status, why }, { now }) {
    await requireFence(tx, { kind: "delivery", tenantId, id: deliveryId, fence });
    const key = and(eq(webhookDeliveries.tenantId, tenantId), eq(webhookDeliveries.id, deliveryId));
    const [row] = await tx.select().from(webhookDeliveries).where(key).for("update");
    if (row?.status !== "waiting") refuse("conflict", "This message is not waiting");
    const attempts = row.attempts + 1;
    const next = kind === "retry" ? nextTryAt(attempts - row.scheduleFrom, row.event as MessageEvent, now) : null;
    const end = kind === "delivered" ? "delivered" : next ? "waiting" : "dead";
    const lastError = kind === "delivered" ? null : why;
    const times = { lastAttemptAt: now, nextAttemptAt: next, finishedAt: next ? null : now };
    const after = { status: end, attempts, lastStatus: status, lastError, ...times } as const;
    await tx.update(webhookDeliveries).set(after).where(key);
    const before = { status: row.status, attempts: row.attempts };
    return { subject: `delivery:${deliveryId}`, tenantId, before, after, result: { status: end } };
  },
});
