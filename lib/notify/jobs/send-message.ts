import { and, eq, gt, isNull, notInArray } from "drizzle-orm";
import { pluginIncidents } from "@/db/schema/incidents";
import type { webhookDeliveries, webhookEndpoints } from "@/db/schema/notify";
import { accessLinks, people } from "@/db/schema/people";
import { linkUrl } from "@/lib/access/links/link-token";
import { openTenantSecret } from "@/lib/access/sealing/tenant-secrets";
import { scopeFor } from "@/lib/access/system-actor";
import { environment } from "@/lib/platform/env";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { sendMail } from "../adapters/send-mail";
import { type Delivery, deliverNotification } from "../deliver-notification";
import { endpointSecretPlace } from "../endpoint-item";
import { LINK_PLACE } from "../mail/mail-text";
import { type NotificationEvent, TEST_EVENT } from "../types";

type DeliveryRow = typeof webhookDeliveries.$inferSelect;
type EndpointRow = typeof webhookEndpoints.$inferSelect;

/** A message that is due, with its address where it goes to one. */
export interface DueMessage {
  readonly delivery: DeliveryRow;
  readonly endpoint: EndpointRow | null;
}

const dead = (why: string): Delivery => ({ kind: "dead", status: null, why });

/** All secrets by which a receiver may know us now: two while one rotates. */
async function secretsOf(tx: ReaderTx, endpoint: EndpointRow, now: Date): Promise<string[]> {
  const place = endpointSecretPlace(endpoint.tenantId, endpoint.id);
  const { sealedSecret, previousSealedSecret, previousUntil } = endpoint;
  const isOverlap = previousSealedSecret !== null && previousUntil !== null && previousUntil > now;
  const sealed = isOverlap ? [sealedSecret, previousSealedSecret] : [sealedSecret];
  return Promise.all(sealed.map((bytes) => openTenantSecret(tx, place, bytes)));
}

async function sendWebhook(delivery: DeliveryRow, endpoint: EndpointRow, now: Date): Promise<Delivery> {
  const secrets = await read({ kind: "set", ids: [delivery.tenantId] }, (tx) => secretsOf(tx, endpoint, now));
  const message = { id: `msg_${delivery.id}`, event: delivery.event as NotificationEvent, body: delivery.body };
  return deliverNotification({ url: endpoint.url, secrets }, message, { now, reach: environment().outboundAllow });
}

/** Whether a one-time link is still good for anything. */
async function isOpen(linkId: string, now: Date): Promise<boolean> {
  const open = and(eq(accessLinks.id, linkId), isNull(accessLinks.settledAt), gt(accessLinks.expiresAt, now));
  const rows = await read({ kind: "set", ids: [] }, (tx) => tx.select({ id: accessLinks.id }).from(accessLinks).where(open));
  return rows.length > 0;
}

/** Somebody who was shut out meanwhile is told nothing any more. */
async function isShutOut(personId: string): Promise<boolean> {
  const shut = and(eq(people.id, personId), eq(people.isDisabled, true));
  const rows = await read({ kind: "set", ids: [] }, (tx) => tx.select({ id: people.id }).from(people).where(shut));
  return rows.length > 0;
}

/** Whoever is called for an incident that has an owner by now, or is over, may sleep on; unless somebody had the call sent again. */
async function isCallOver({ event, incidentId, replays }: DeliveryRow): Promise<boolean> {
  if (event !== "incident.page" || incidentId === null || replays > 0) return false;
  const waits = and(
    eq(pluginIncidents.id, incidentId),
    isNull(pluginIncidents.acknowledgedAt),
    notInArray(pluginIncidents.status, ["resolved", "closed"]),
  );
  const rows = await read(scopeFor("deliver"), (tx) => tx.select({ id: pluginIncidents.id }).from(pluginIncidents).where(waits));
  return rows.length === 0;
}

async function sendByMail(delivery: DeliveryRow, now: Date): Promise<Delivery> {
  const server = environment().mail;
  const { id: deliveryId, recipient, subject, body, language, linkId, personId } = delivery;
  if (!server) return { kind: "retry", status: null, why: "no mail server is set (SMTP_URL)" };
  if (recipient === null || subject === null) return dead("the message has no recipient");
  if (personId !== null && (await isShutOut(personId))) return dead("the person is disabled");
  if (await isCallOver(delivery)) return dead("the incident has an owner, or is over");
  if (linkId !== null && !(await isOpen(linkId, now))) return dead("the link was used, replaced or has expired");
  const text = linkId === null ? body : body.replaceAll(LINK_PLACE, () => linkUrl(linkId));
  return sendMail(server, { deliveryId, to: recipient, subject, text, language: language ?? "en" });
}

/** Sends one message once, unless its address was removed, or its person shut out, while it waited. */
export async function sendMessage({ delivery, endpoint }: DueMessage, now: Date): Promise<Delivery> {
  if (delivery.channel === "email") return sendByMail(delivery, now);
  if (!endpoint || endpoint.isDisabled) return dead("the address was removed");
  if (endpoint.isPaused && delivery.event !== TEST_EVENT) return dead("the address rests");
  return sendWebhook(delivery, endpoint, now);
}
