import type { webhookDeliveries } from "@/db/schema/notify";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { plainHeaders } from "../deliver-notification";
import { mailHeaders } from "../mail/mail-headers";
import { LINK_PLACE } from "../mail/mail-text";

export type DeliveryRow = typeof webhookDeliveries.$inferSelect;

/** What a list needs of a message, with the address that it goes to where that is a webhook. */
export type ListedDelivery = Omit<DeliveryRow, "body" | "subject" | "linkId" | "scheduleFrom"> & { readonly url: string | null };

/** Of an address only its host is shown: what comes behind it may be a secret of its receiver. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}

/** A message as a line of the delivery log; `tenant_id` null is one to ops. */
export function deliveryItem(row: ListedDelivery) {
  return {
    id: row.id,
    tenant_id: row.tenantId === PLATFORM_TENANT ? null : row.tenantId,
    event: row.event,
    channel: row.channel,
    to: row.channel === "email" ? (row.recipient ?? "") : hostOf(row.url ?? ""),
    webhook_id: row.endpointId,
    incident_id: row.incidentId,
    status: row.status,
    urgent: row.isUrgent,
    attempts: row.attempts,
    replays: row.replays,
    last_status: row.lastStatus,
    last_error: row.lastError,
    created_at: row.createdAt.toISOString(),
    last_attempt_at: row.lastAttemptAt?.toISOString() ?? null,
    next_attempt_at: row.nextAttemptAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}

/** What stands where a secret was sent. */
const HIDDEN = "(not kept)";

function headersOf(row: DeliveryRow, mailFrom: string | null): Record<string, string> {
  const at = row.lastAttemptAt ?? row.createdAt;
  if (row.channel === "webhook") return { ...plainHeaders(`msg_${row.id}`, at), "webhook-signature": HIDDEN };
  return { from: mailFrom ?? HIDDEN, to: row.recipient ?? "", subject: row.subject ?? "", ...mailHeaders(row.id) };
}

/** One message with the exact text that was sent and its headers, both without secrets: signatures and one-time links. */
export function deliveryDetail(row: DeliveryRow & { readonly url: string | null }, mailFrom: string | null) {
  return { ...deliveryItem(row), headers: headersOf(row, mailFrom), body: row.body.replaceAll(LINK_PLACE, HIDDEN) };
}
