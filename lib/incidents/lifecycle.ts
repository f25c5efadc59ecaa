import type { IncidentStatus } from "@/lib/incidents/types";
import { refuse } from "@/lib/kernel/refusal";

/** What can move an incident, and who brings it: findings, the permit, an attempt's outcome, or a person. */
export const INCIDENT_EVENTS = {
  cleared: "findings",
  recurred: "findings",
  permitted: "permit",
  approval_needed: "permit",
  only_suggested: "permit",
  nothing_left: "permit",
  approval_given: "person",
  approval_lapsed: "permit",
  healed: "attempt",
  heal_unproven: "attempt",
  heal_failed: "attempt",
  heal_rolled_back: "attempt",
  heal_cancelled: "attempt",
  heal_needs_person: "attempt",
  acknowledge: "person",
  assign: "person",
  heal_by_hand: "person",
  escalate: "person",
  resolve: "person",
  reopen: "person",
  close: "person",
} as const satisfies Record<string, "findings" | "permit" | "attempt" | "person">;

export type IncidentEvent = keyof typeof INCIDENT_EVENTS;

/**
 * The state machine of an incident; what is not listed is a conflict.
 *
 * open               found, nobody and nothing works on it yet; or a change is in place and clean beats have still to prove it
 * awaiting_approval  a plan waits for people
 * healing            an attempt runs: only its outcome moves the incident, so a person cannot end it under the attempt
 * escalated          a person has to look: an attempt was rolled back, or failed with nothing left to try, or somebody asked for help
 * resolved           over, and still watched: the same cause within the hour reopens it
 * closed             over for good; what comes later is another incident
 */
const TABLE: Readonly<Record<IncidentStatus, Partial<Readonly<Record<IncidentEvent, IncidentStatus>>>>> = {
  open: {
    cleared: "resolved",
    permitted: "healing",
    approval_needed: "awaiting_approval",
    only_suggested: "open",
    nothing_left: "escalated",
    acknowledge: "open",
    assign: "open",
    heal_by_hand: "healing",
    escalate: "escalated",
    resolve: "resolved",
  },
  awaiting_approval: {
    cleared: "resolved",
    approval_needed: "awaiting_approval",
    approval_given: "healing",
    approval_lapsed: "open",
    only_suggested: "open",
    acknowledge: "awaiting_approval",
    assign: "awaiting_approval",
    heal_by_hand: "healing",
    escalate: "escalated",
    resolve: "resolved",
  },
  healing: {
    healed: "resolved",
    heal_unproven: "open",
    heal_failed: "open",
    heal_cancelled: "open",
    heal_rolled_back: "escalated",
    heal_needs_person: "escalated",
    acknowledge: "healing",
    assign: "healing",
  },
  escalated: {
    only_suggested: "escalated",
    nothing_left: "escalated",
    approval_needed: "awaiting_approval",
    acknowledge: "escalated",
    assign: "escalated",
    heal_by_hand: "healing",
    escalate: "escalated",
    resolve: "resolved",
  },
  resolved: { recurred: "open", reopen: "open", close: "closed", assign: "resolved" },
  closed: {},
};

/** The status after an event, or null when the event is not possible now. */
export function nextStatus(status: IncidentStatus, event: IncidentEvent): IncidentStatus | null {
  return TABLE[status][event] ?? null;
}

/** The status after an event. @throws Refusal `conflict` when the incident has moved on */
export function moveIncident(status: IncidentStatus, event: IncidentEvent): IncidentStatus {
  return nextStatus(status, event) ?? refuse("conflict", `An incident that is ${status} cannot be moved by ${event}`);
}

/** What the functions below need of a stored incident. */
export interface IncidentRecord {
  readonly status: IncidentStatus;
  readonly reopenedCount: number;
}

/** A person takes ownership, which stops further paging. Whoever acknowledges later takes over. */
export function acknowledge(incident: IncidentRecord, by: string, now: Date) {
  return { status: moveIncident(incident.status, "acknowledge"), acknowledgedBy: by, acknowledgedAt: now };
}

/** The incident is somebody's to end. */
export function assign(incident: IncidentRecord, to: string) {
  return { status: moveIncident(incident.status, "assign"), assignedTo: to };
}

/** More people have to look. */
export function escalate(incident: IncidentRecord, now: Date) {
  return { status: moveIncident(incident.status, "escalate"), escalatedAt: now };
}

/** A person says it is over. @param by person, or null when the plugin recovered by itself or an attempt healed it */
export function resolve(incident: IncidentRecord, by: string | null, now: Date, event: "resolve" | "cleared" | "healed" = "resolve") {
  return { status: moveIncident(incident.status, event), resolvedAt: now, resolvedBy: by, clearStreak: 0 };
}

/** It is not over after all: the findings came back, or a person says so. Counted, since a success that recurs was none. */
export function reopen(incident: IncidentRecord, event: "recurred" | "reopen" = "reopen") {
  const status = moveIncident(incident.status, event);
  return { status, resolvedAt: null, resolvedBy: null, clearStreak: 0, reopenedCount: incident.reopenedCount + 1 };
}

/** Over for good. */
export function close(incident: IncidentRecord, now: Date) {
  return { status: moveIncident(incident.status, "close"), closedAt: now };
}
