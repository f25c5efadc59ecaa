/** A message as the ops API shows it; times are RFC 3339. */
export interface DeliveryItem {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly event: string;
  readonly channel: "webhook" | "email";
  readonly to: string;
  readonly incident_id: string | null;
  readonly status: "waiting" | "delivered" | "dead";
  readonly attempts: number;
  readonly replays: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly created_at: string;
  readonly last_attempt_at: string | null;
  readonly next_attempt_at: string | null;
}

/** One message with its exact text, without secrets. */
export interface DeliveryDetail extends DeliveryItem {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const DELIVERY_STATES = ["waiting", "delivered", "dead"] as const;

/** Everything that a message can be about. */
export const DELIVERY_EVENTS = [
  "incident.opened",
  "incident.resolved",
  "incident.escalated",
  "incident.approval_needed",
  "incident.page",
  "module-incident.opened",
  "module-incident.resolved",
  "module-incident.escalated",
  "attempt.success",
  "attempt.rolled_back",
  "attempt.failed",
  "switch.changed",
  "audit.tampered",
  "metadata.expiring",
  "fleet.opened",
  "fleet.ended",
  "fleet.dissolved",
  "release.recalled",
  "rollout.waits_for_person",
  "link.made",
  "webhook.test",
  "support.entered",
] as const;
export type DeliveryEvent = (typeof DELIVERY_EVENTS)[number];

/** Told whatever somebody chose: a call in the night, a one-time link, a test, another in one's own place. */
const UNCHOSEN: ReadonlySet<DeliveryEvent> = new Set(["incident.page", "link.made", "webhook.test", "support.entered"]);

/** Events that somebody chooses to be told of. */
export const CHOSEN_EVENTS = DELIVERY_EVENTS.filter((event) => !UNCHOSEN.has(event));

/** The name under which an event stands in the messages, where a dot would begin a level. */
export type EventKey<Event extends string = DeliveryEvent> = Event extends `${infer Area}.${infer Word}` ? `${Area}_${Word}` : never;
export function eventKey<Event extends DeliveryEvent>(event: Event): EventKey<Event> {
  return event.replace(".", "_") as EventKey<Event>;
}
