import type { IncidentStatus } from "@/lib/incidents/types";

/** What a person may order about an incident besides acknowledging, approving, rolling back and commenting. */
export const MANUAL_ACTIONS = ["notify", "assign", "escalate", "resolve", "restart", "patch", "isolate"] as const;
export type ManualAction = (typeof MANUAL_ACTIONS)[number];

/** Why an action is not possible right now. `attempt`: one is under way, and only its end or its rollback moves the incident; `over`: the incident is. */
export type Hindrance = "attempt" | "over";

const WHEN: Readonly<Record<ManualAction, readonly IncidentStatus[]>> = {
  notify: ["open", "awaiting_approval", "healing", "escalated"],
  assign: ["open", "awaiting_approval", "healing", "escalated", "resolved"],
  escalate: ["open", "awaiting_approval", "escalated"],
  resolve: ["open", "awaiting_approval", "escalated"],
  restart: ["open", "awaiting_approval", "escalated"],
  patch: ["open", "awaiting_approval", "escalated"],
  isolate: ["open", "awaiting_approval", "escalated"],
};

const CHANGES: ReadonlySet<ManualAction> = new Set(["restart", "patch", "isolate"]);

/**
 * Whether an action can be ordered now, or what is in its way. The server asks again; this only spares people a refusal.
 *
 * @param isAttemptLive  an attempt is under way on the plugin, perhaps for another incident
 */
export function hindranceOf(action: ManualAction, status: IncidentStatus, isAttemptLive: boolean): Hindrance | null {
  if (isAttemptLive && CHANGES.has(action)) return "attempt";
  if (WHEN[action].includes(status)) return null;
  return status === "healing" ? "attempt" : "over";
}
