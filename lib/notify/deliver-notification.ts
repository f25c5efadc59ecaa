import { sign } from "@/lib/access/credentials/standard-webhooks";
import type { Notification } from "@/lib/notify/types";
import type { Reach, Resolve } from "@/lib/platform/outbound/choose-address";
import { OutboundError } from "@/lib/platform/outbound/outbound-error";
import { type OutboundAnswer, send } from "@/lib/platform/outbound/send";
import { currentTrace, formatTraceparent } from "@/lib/platform/trace";

/** Where a message goes. */
export interface NotificationTarget {
  readonly url: string;
  /** All that the receiver may know, while one rotates; it accepts the message if any fits. */
  readonly secrets: readonly string[];
}

/** What became of one try. `dead` says that no other try can help. */
export type Delivery =
  | { readonly kind: "delivered"; readonly status: number }
  | { readonly kind: "retry"; readonly status: number | null; readonly why: string }
  | { readonly kind: "dead"; readonly status: number | null; readonly why: string };

export interface DeliveryOptions {
  readonly now: Date;
  readonly reach: Reach;
  readonly resolve?: Resolve;
}

/** What says which message it is, and when it was signed: its headers, without the signature. */
export function plainHeaders(notificationId: string, at: Date): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "reliability-center",
    "webhook-id": notificationId,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
  };
}

function headersFor(target: NotificationTarget, notification: Notification, now: Date): Record<string, string> {
  const timestamp = Math.floor(now.getTime() / 1_000);
  const trace = currentTrace();
  return {
    ...plainHeaders(notification.id, now),
    "webhook-signature": target.secrets.map((secret) => sign(secret, notification.id, timestamp, notification.body)).join(" "),
    ...(trace ? { traceparent: formatTraceparent(trace) } : {}),
  };
}

function judge({ status }: OutboundAnswer): Delivery {
  if (status >= 200 && status < 300) return { kind: "delivered", status };
  // The one status by which a receiver says that it will never want this again.
  if (status === 410) return { kind: "dead", status, why: "the receiver is gone (410)" };
  return { kind: "retry", status, why: `the receiver answered ${status}` };
}

/** Signs a message anew and sends it once. It never throws for what the receiver or the network does. */
export async function deliverNotification(
  target: NotificationTarget,
  notification: Notification,
  options: DeliveryOptions,
): Promise<Delivery> {
  try {
    const answer = await send({
      url: target.url,
      headers: headersFor(target, notification, options.now),
      body: notification.body,
      reach: options.reach,
      ...(options.resolve ? { resolve: options.resolve } : {}),
    });
    return judge(answer);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { kind: error.mayRetry ? "retry" : "dead", status: null, why: `${error.reason}: ${error.message}` };
  }
}
