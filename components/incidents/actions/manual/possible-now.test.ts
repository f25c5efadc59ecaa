import { describe, expect, test } from "vitest";
import { type IncidentEvent, nextStatus } from "@/lib/incidents/lifecycle";
import { INCIDENT_STATUSES } from "@/lib/incidents/types";
import { hindranceOf, MANUAL_ACTIONS, type ManualAction } from "./possible-now";

/** What moves the incident when an action is ordered; telling people again moves nothing. */
const EVENTS: Readonly<Partial<Record<ManualAction, IncidentEvent>>> = {
  assign: "assign",
  escalate: "escalate",
  resolve: "resolve",
  restart: "heal_by_hand",
  patch: "heal_by_hand",
  isolate: "heal_by_hand",
};

describe("the page offers what the state machine allows", () => {
  test.each(INCIDENT_STATUSES.flatMap((status) => MANUAL_ACTIONS.map((action) => [status, action] as const)))(
    "%s: %s",
    (status, action) => {
      const event = EVENTS[action];
      if (event) expect(hindranceOf(action, status, false) === null).toBe(nextStatus(status, event) !== null);
      else expect(hindranceOf(action, status, false) === null).toBe(status !== "resolved" && status !== "closed");
    },
  );
});

test.each([
  { action: "resolve", status: "healing", live: true, hindrance: "attempt", why: "only the attempt's outcome moves it" },
  { action: "restart", status: "open", live: true, hindrance: "attempt", why: "another incident's attempt is under way on the plugin" },
  { action: "escalate", status: "resolved", live: false, hindrance: "over", why: "there is nothing left to call about" },
  { action: "assign", status: "healing", live: true, hindrance: null, why: "somebody may own what is being mended" },
] as const)("$action while $status: $hindrance ($why)", ({ action, status, live, hindrance }) => {
  expect(hindranceOf(action, status, live)).toBe(hindrance);
});
