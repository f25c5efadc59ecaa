import { expect, test } from "vitest";
import type { IncidentEvent } from "@/lib/incidents/lifecycle";
import {
  acknowledge,
  assign,
  close,
  escalate,
  INCIDENT_EVENTS,
  moveIncident,
  nextStatus,
  reopen,
  resolve,
} from "@/lib/incidents/lifecycle";
import type { IncidentStatus } from "@/lib/incidents/types";
import { INCIDENT_STATUSES } from "@/lib/incidents/types";
import { Refusal } from "@/lib/kernel/refusal";

const NOW = new Date("2026-11-21T10:00:00.000Z");
const EVENTS = Object.keys(INCIDENT_EVENTS) as IncidentEvent[];

/** The whole table, from each status (columns in INCIDENT_STATUSES' order); "-" is a conflict. */
const TRUTH: Readonly<Record<IncidentEvent, string>> = {
  cleared: "resolved resolved - - - -",
  recurred: "- - - open - -",
  permitted: "healing - - - - -",
  approval_needed: "awaiting_approval awaiting_approval - - awaiting_approval -",
  only_suggested: "open open - - escalated -",
  nothing_left: "escalated - - - escalated -",
  approval_given: "- healing - - - -",
  approval_lapsed: "- open - - - -",
  healed: "- - resolved - - -",
  heal_unproven: "- - open - - -",
  heal_failed: "- - open - - -",
  heal_rolled_back: "- - escalated - - -",
  heal_cancelled: "- - open - - -",
  heal_needs_person: "- - escalated - - -",
  acknowledge: "open awaiting_approval healing - escalated -",
  assign: "open awaiting_approval healing resolved escalated -",
  heal_by_hand: "healing healing - - healing -",
  escalate: "escalated escalated - - escalated -",
  resolve: "resolved resolved - - resolved -",
  reopen: "- - - open - -",
  close: "- - - closed - -",
};

test.each(EVENTS.flatMap((event) => INCIDENT_STATUSES.map((status, index) => [status, event, TRUTH[event].split(" ")[index]] as const)))(
  "%s + %s -> %s",
  (status, event, expected) => expect(nextStatus(status, event) ?? "-").toBe(expected),
);

test("closed is final", () => {
  for (const event of EVENTS) expect(nextStatus("closed", event)).toBeNull();
});

test("a healing incident is moved by its attempt alone", () => {
  const movers = EVENTS.filter((event) => ![null, "healing"].includes(nextStatus("healing", event))).map((event) => INCIDENT_EVENTS[event]);
  expect(new Set(movers)).toEqual(new Set(["attempt"]));
});

test("every status can still reach its end", () => {
  const reaches = (from: IncidentStatus, seen: IncidentStatus[] = []): boolean =>
    from === "closed" ||
    EVENTS.some((event) => {
      const next = nextStatus(from, event);
      return next !== null && !seen.includes(next) && reaches(next, [...seen, next]);
    });
  for (const status of INCIDENT_STATUSES) expect(reaches(status), status).toBe(true);
});

test("what is not possible now is a conflict, not a fault", () => {
  expect(() => moveIncident("healing", "resolve")).toThrow(Refusal);
  expect(() => close({ status: "open", reopenedCount: 0 }, NOW)).toThrow(expect.objectContaining({ kind: "conflict" }));
});

test("each verb returns exactly the fields it changes", () => {
  const open = { status: "open", reopenedCount: 1 } as const;
  expect(acknowledge(open, "person:a@b.c", NOW)).toEqual({ status: "open", acknowledgedBy: "person:a@b.c", acknowledgedAt: NOW });
  expect(assign(open, "person:d@e.f")).toEqual({ status: "open", assignedTo: "person:d@e.f" });
  expect(escalate(open, NOW)).toEqual({ status: "escalated", escalatedAt: NOW });
  expect(resolve(open, null, NOW, "cleared")).toEqual({ status: "resolved", resolvedAt: NOW, resolvedBy: null, clearStreak: 0 });
  expect(reopen({ ...open, status: "resolved" }, "recurred")).toEqual({
    status: "open",
    resolvedAt: null,
    resolvedBy: null,
    clearStreak: 0,
    reopenedCount: 2,
  });
  expect(close({ ...open, status: "resolved" }, NOW)).toEqual({ status: "closed", closedAt: NOW });
});
