import { notificationText } from "@/lib/notify/notification-text";
import type { Notification, NotificationEvent, NotificationFacts } from "@/lib/notify/types";

/**
 * Builds the message that one target receives for one event.
 *
 * @param id  unique for event and target; retries keep it, so that the receiver can drop what it already has
 * @param at  when the event happened, not when it is sent
 * @returns body `{ type, timestamp, data: { ...facts, text: { en, fr } } }` as the exact text to sign
 * Source: Standard Webhooks, payload structure.
 */
export function buildNotification<Event extends NotificationEvent>(
  id: string,
  event: Event,
  facts: NotificationFacts[Event],
  at: Date,
): Notification {
  const body = JSON.stringify({ type: event, timestamp: at.toISOString(), data: { ...facts, text: notificationText(event, facts) } });
  return { id: `msg_${id}`, event, body };
}
