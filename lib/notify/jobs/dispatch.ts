import { and, asc, desc, eq, isNull, lte } from "drizzle-orm";
import { webhookDeliveries, webhookEndpoints } from "@/db/schema/notify";
import { outbox } from "@/db/schema/spine";
import { openTenantSecret } from "@/lib/access/sealing/tenant-secrets";
import { scopeFor, systemActor, systemActorFor } from "@/lib/access/system-actor";
import { underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import type { Clock } from "@/lib/platform/clock";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { expandEvents } from "../commands/expand-events";
import { recordDelivery } from "../commands/record-delivery";
import { type Delivery, deliverNotification } from "../deliver-notification";
import { endpointSecretPlace } from "../endpoint-item";
import type { NotificationEvent } from "../types";

async function hasWaitingEvents(tx: ReaderTx): Promise<boolean> {
  const rows = await tx.select({ id: outbox.id }).from(outbox).where(isNull(outbox.dispatchedAt)).limit(1);
  return rows.length > 0;
}

const isDue = (now: Date) => and(eq(webhookDeliveries.status, "waiting"), lte(webhookDeliveries.nextAttemptAt, now));

async function readDue(tx: ReaderTx, now: Date) {
  return (
    tx
      .select({ delivery: webhookDeliveries, endpoint: webhookEndpoints })
      .from(webhookDeliveries)
      .innerJoin(
        webhookEndpoints,
        and(eq(webhookEndpoints.tenantId, webhookDeliveries.tenantId), eq(webhookEndpoints.id, webhookDeliveries.endpointId)),
      )
      .where(isDue(now))
      // Whoever waits for news of a switch or a rollback does not queue behind a receiver that is away.
      .orderBy(desc(webhookDeliveries.isUrgent), asc(webhookDeliveries.nextAttemptAt))
      .limit(LIMITS.deliveriesAtOnce)
  );
}
type Due = Awaited<ReturnType<typeof readDue>>[number];

/** Whether a message still waits, now that nobody else can be sending it. */
async function isStillDue({ tenantId, id }: Due["delivery"], now: Date): Promise<boolean> {
  const key = and(eq(webhookDeliveries.tenantId, tenantId), eq(webhookDeliveries.id, id), isDue(now));
  const rows = await read({ kind: "set", ids: [tenantId] }, (tx) =>
    tx.select({ id: webhookDeliveries.id }).from(webhookDeliveries).where(key),
  );
  return rows.length > 0;
}

/** Sends one message once, unless its address was removed while it waited. */
async function send({ delivery, endpoint }: Due, now: Date): Promise<Delivery> {
  const { tenantId, id } = delivery;
  if (endpoint.isDisabled) return { kind: "dead", status: null, why: "the address was removed" };
  const place = endpointSecretPlace(tenantId, endpoint.id);
  const secret = await read({ kind: "set", ids: [tenantId] }, (tx) => openTenantSecret(tx, place, endpoint.sealedSecret));
  const message = { id: `msg_${id}`, event: delivery.event as NotificationEvent, body: delivery.body };
  return deliverNotification({ url: endpoint.url, secrets: [secret] }, message, { now, reach: environment().outboundAllow });
}

async function deliver(due: Due, owner: string, clock: Clock): Promise<void> {
  const { tenantId, id } = due.delivery;
  await underLease({ kind: "delivery", tenantId, id }, owner, async ({ fence }) => {
    if (!(await isStillDue(due.delivery, clock.now()))) return;
    const outcome = await send(due, clock.now());
    const why = outcome.kind === "delivered" ? "" : outcome.why.slice(0, 500);
    const input = { tenantId, deliveryId: id, fence, kind: outcome.kind, status: outcome.status, why };
    await runCommand(recordDelivery, { input, actor: systemActorFor("notify", tenantId), now: clock.now() });
  });
}

/** Turns waiting events into messages. @returns false when there was none, or another worker has them in hand */
async function expandSome(now: Date): Promise<boolean> {
  if (!(await read(scopeFor("deliver"), hasWaitingEvents))) return false;
  try {
    await runCommand(expandEvents, { input: {}, actor: systemActor("notify", "deliver"), now });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.kind === "conflict") return false;
    throw error;
  }
}

/**
 * Tells people and merchants what happened: events become messages, messages that are due are sent.
 *
 * @param owner  this worker's name, for its leases
 * @returns how many messages were tried
 */
export async function dispatchNotifications(owner: string, clock: Clock): Promise<number> {
  let isMore = true;
  while (isMore) isMore = await expandSome(clock.now());
  const due = await read(scopeFor("deliver"), (tx) => readDue(tx, clock.now()));
  await Promise.all(due.map((one) => deliver(one, owner, clock)));
  return due.length;
}
