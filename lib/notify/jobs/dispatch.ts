import { setTimeout } from "node:timers/promises";
import { and, asc, desc, eq, isNull, lte, notInArray, sql } from "drizzle-orm";
import { webhookDeliveries, webhookEndpoints } from "@/db/schema/notify";
import { outbox } from "@/db/schema/spine";
import { scopeFor, systemActor, systemActorFor } from "@/lib/access/system-actor";
import { underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import type { Clock } from "@/lib/platform/clock";
import { reportFault } from "@/lib/platform/faults/report-fault";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { expandEvents } from "../commands/expand-events";
import { recordDelivery } from "../commands/record-delivery";
import { sendMessage } from "./send-message";

async function hasWaitingEvents(tx: ReaderTx): Promise<boolean> {
  const rows = await tx.select({ id: outbox.id }).from(outbox).where(isNull(outbox.dispatchedAt)).limit(1);
  return rows.length > 0;
}

const isDue = (now: Date) => and(eq(webhookDeliveries.status, "waiting"), lte(webhookDeliveries.nextAttemptAt, now));

/** Messages that may not begin now: tried in this round, or of an address or tenant that has its share of sends under way. */
interface Held {
  readonly ids: readonly string[];
  readonly endpoints: readonly string[];
  readonly tenants: readonly string[];
}

/** Whatever goes by e-mail shares the slots of one address: the mail server. */
const MAIL_SLOT = "email";
const slot = sql<string>`coalesce(${webhookDeliveries.endpointId}::text, ${MAIL_SLOT})`;

/** Due messages, at most a share of each address and each tenant: a receiver that is away holds up its own messages alone. */
async function readDue(tx: ReaderTx, now: Date, held: Held) {
  // Whoever waits for news of a switch or a rollback does not queue behind others of the same address.
  const order = sql`${webhookDeliveries.isUrgent} desc, ${webhookDeliveries.nextAttemptAt}`;
  const ofEndpoint = tx
    .select({
      tenantId: webhookDeliveries.tenantId,
      id: webhookDeliveries.id,
      isUrgent: webhookDeliveries.isUrgent,
      nextAttemptAt: webhookDeliveries.nextAttemptAt,
      place: sql<number>`row_number() over (partition by ${slot} order by ${order})`.as("place"),
    })
    .from(webhookDeliveries)
    .where(
      and(
        isDue(now),
        notInArray(webhookDeliveries.id, [...held.ids]),
        notInArray(slot, [...held.endpoints]),
        notInArray(webhookDeliveries.tenantId, [...held.tenants]),
      ),
    )
    .as("of_endpoint");
  const shared = tx
    .select({
      tenantId: ofEndpoint.tenantId,
      id: ofEndpoint.id,
      turn: sql<number>`row_number() over (partition by ${ofEndpoint.tenantId} order by ${ofEndpoint.isUrgent} desc, ${ofEndpoint.nextAttemptAt})`.as(
        "turn",
      ),
    })
    .from(ofEndpoint)
    .where(lte(ofEndpoint.place, LIMITS.deliveriesAtOncePerEndpoint))
    .as("shared");
  return tx
    .select({ delivery: webhookDeliveries, endpoint: webhookEndpoints })
    .from(shared)
    .innerJoin(webhookDeliveries, and(eq(webhookDeliveries.tenantId, shared.tenantId), eq(webhookDeliveries.id, shared.id)))
    .leftJoin(
      webhookEndpoints,
      and(eq(webhookEndpoints.tenantId, webhookDeliveries.tenantId), eq(webhookEndpoints.id, webhookDeliveries.endpointId)),
    )
    .where(lte(shared.turn, LIMITS.deliveriesAtOncePerTenant))
    .orderBy(desc(webhookDeliveries.isUrgent), asc(webhookDeliveries.nextAttemptAt))
    .limit(LIMITS.deliveriesAtOnce);
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

async function deliver(due: Due, owner: string, clock: Clock): Promise<void> {
  const { tenantId, id } = due.delivery;
  await underLease({ kind: "delivery", tenantId, id }, owner, async ({ fence }) => {
    if (!(await isStillDue(due.delivery, clock.now()))) return;
    const outcome = await sendMessage(due, clock.now());
    const why = outcome.kind === "delivered" ? "" : outcome.why.slice(0, LIMITS.deliveryErrorCharacters);
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

/** Sends under way in this process, also those of an earlier round whose receivers take their time. */
const underWay = new Map<string, { readonly due: Due; readonly done: Promise<void> }>();

/** Names that stand in the list as often as they may. */
function full(names: readonly string[], most: number): string[] {
  return [...new Set(names)].filter((name) => names.filter((other) => other === name).length >= most);
}

function countOf(pick: (due: Due) => string): string[] {
  return [...underWay.values()].map(({ due }) => pick(due));
}
const endpointOf = ({ delivery }: Due) => delivery.endpointId ?? MAIL_SLOT;
const tenantOf = ({ delivery }: Due) => delivery.tenantId;

/** Whether a message may begin beside those under way. */
function hasSlot(due: Due): boolean {
  if (underWay.size >= LIMITS.deliveriesAtOnce || underWay.has(due.delivery.id)) return false;
  const isEndpointFull = full(countOf(endpointOf), LIMITS.deliveriesAtOncePerEndpoint).includes(endpointOf(due));
  return !isEndpointFull && !full(countOf(tenantOf), LIMITS.deliveriesAtOncePerTenant).includes(tenantOf(due));
}

function begin(due: Due, owner: string, clock: Clock): void {
  const { tenantId, id } = due.delivery;
  const done = deliver(due, owner, clock)
    .catch((error: unknown) => reportFault("A message could not be sent and will be taken up again", error, { tenant_id: tenantId }))
    .finally(() => underWay.delete(id));
  underWay.set(id, { due, done });
}

/** Begins whatever is due and has a slot. @returns how many messages were begun */
async function fillSlots(tried: Set<string>, owner: string, clock: Clock): Promise<number> {
  const held = {
    ids: [...tried, ...underWay.keys()],
    endpoints: full(countOf(endpointOf), LIMITS.deliveriesAtOncePerEndpoint),
    tenants: full(countOf(tenantOf), LIMITS.deliveriesAtOncePerTenant),
  };
  const isRoom = underWay.size < LIMITS.deliveriesAtOnce && tried.size < LIMITS.deliveriesARound;
  const due = isRoom ? await read(scopeFor("deliver"), (tx) => readDue(tx, clock.now(), held)) : [];
  const begun = due.filter((one) => {
    if (!hasSlot(one)) return false;
    tried.add(one.delivery.id);
    begin(one, owner, clock);
    return true;
  });
  return begun.length;
}

/**
 * Tells people and merchants what happened: events become messages, messages that are due are sent as slots free up, so that
 * a receiver that is away holds its own slots and nobody else's. A round ends when nothing is under way, or after
 * LIMITS.deliveryRoundMs with slow ones left running into the next.
 *
 * @param owner  this worker's name, for its leases
 * @returns how many messages were tried
 */
export async function dispatchNotifications(owner: string, clock: Clock): Promise<number> {
  const tried = new Set<string>();
  const startedMs = performance.now();
  for (;;) {
    let isMore = true;
    while (isMore) isMore = await expandSome(clock.now());
    if ((await fillSlots(tried, owner, clock)) > 0) continue;
    if (underWay.size === 0 || performance.now() - startedMs >= LIMITS.deliveryRoundMs) return tried.size;
    await Promise.race([...[...underWay.values()].map(({ done }) => done), setTimeout(LIMITS.sweepMs, undefined, { ref: false })]);
  }
}
