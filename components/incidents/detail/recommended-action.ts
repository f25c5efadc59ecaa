import type { IncidentItem } from "../../live/items";

/** The one thing to do next. `wait`: Center is at work; `none`: it is over. */
export type Recommendation = "none" | "wait" | "approve" | "acknowledge" | "roll_back" | "investigate";

type Judged = Pick<IncidentItem, "status" | "acknowledged_by" | "sira_decision" | "permit" | "fleet_kind">;

/**
 * The one action that an incident's page recommends, from what is known now.
 * Whoever is woken takes the incident first, so that nobody else is; a plan that waits comes before that.
 */
export function recommendedAction(incident: Judged): Recommendation {
  const { status, acknowledged_by, sira_decision, permit } = incident;
  if (status === "resolved" || status === "closed") return "none";
  if (status === "healing") return "wait";
  // What many have at once has its cause above them: there is nothing to do at this one.
  if (incident.fleet_kind === "shared") return "wait";
  if (status === "awaiting_approval") return "approve";
  if (acknowledged_by === null && (status === "escalated" || sira_decision !== null)) return "acknowledge";
  if (sira_decision === null) return "wait";
  return sira_decision.action === "rollback" && permit?.kind === "suggest" ? "roll_back" : "investigate";
}
