import type { Severity } from "@/lib/kernel/severity";
import type { NotificationEvent } from "@/lib/notify/types";

/** As far as it matters for what somebody is told. */
export interface Recipient {
  readonly roles: readonly string[];
  /** Tenant ids, or "*" for all. */
  readonly tenants: readonly string[];
  /** Their own choice of events; null where they made none. */
  readonly ownEvents: readonly string[] | null;
}

/** A merchant's administrators hear of what touched their own plugins: incidents, and changes that were made for them. */
export const MERCHANT_EVENTS: readonly NotificationEvent[] = [
  "incident.opened",
  "incident.resolved",
  "incident.escalated",
  "attempt.success",
  "attempt.rolled_back",
  "attempt.failed",
];

/** Whoever works for all merchants hears of what needs their role, and not of all that heals by itself. */
const OPS_EVENTS: Readonly<Record<string, readonly NotificationEvent[]>> = {
  operator: [
    "incident.escalated",
    "module-incident.escalated",
    "attempt.rolled_back",
    "fleet.opened",
    "release.recalled",
    "rollout.waits_for_person",
  ],
  approver: ["incident.approval_needed", "release.recalled", "rollout.waits_for_person"],
  pay_admin: [
    "incident.escalated",
    "module-incident.escalated",
    "attempt.rolled_back",
    "fleet.opened",
    "incident.approval_needed",
    "release.recalled",
    "rollout.waits_for_person",
  ],
  security_admin: ["switch.changed", "audit.tampered", "metadata.expiring"],
  auditor: ["audit.tampered"],
};

/**
 * What somebody is told of by e-mail when they chose nothing themselves.
 *
 * @param merchantEvents  what their merchant chose for its people; null where it chose nothing
 */
export function suggestedEvents(
  { roles, tenants }: Pick<Recipient, "roles" | "tenants">,
  merchantEvents: readonly string[] | null,
): readonly string[] {
  if (tenants.includes("*")) return [...new Set(roles.flatMap((role) => OPS_EVENTS[role] ?? []))];
  return roles.includes("tenant_admin") ? (merchantEvents ?? MERCHANT_EVENTS) : [];
}

/**
 * Whether somebody is told of an event by e-mail.
 *
 * @param severity  of the incident that the event is about; null where it is about none. What is low is mailed to those alone who asked
 *                  for the event themselves: it mends itself more often than not.
 */
export function wantsMail(
  person: Recipient,
  event: NotificationEvent,
  { severity, merchantEvents }: { readonly severity: Severity | null; readonly merchantEvents: readonly string[] | null },
): boolean {
  if (person.ownEvents !== null) return person.ownEvents.includes(event);
  return severity !== "low" && suggestedEvents(person, merchantEvents).includes(event);
}
