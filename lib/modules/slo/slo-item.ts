import { burnOver, type JudgedObjective } from "./judge-objective";
import { type MeasuredService, SLO_STATES } from "./types";

/** An objective as the API shows it. Shares are 0..1; a burn of 1 spends the budget in just its window; null is unknown. */
export function sloItem(service: MeasuredService, judged: JudgedObjective) {
  const { objective, state, unknown, good, budget } = judged;
  return {
    id: objective.id,
    module_key: objective.moduleKey,
    module_title: service.title,
    criticality: service.criticality,
    surface: objective.surface,
    metric: objective.metric,
    target: objective.target,
    limit_ms: objective.limitMs === null ? null : Math.round(objective.limitMs * 10) / 10,
    state,
    unknown,
    good,
    events: budget.total,
    bad: budget.bad,
    budget_left: budget.left,
    exhausted_at: budget.exhaustedAt?.toISOString() ?? null,
    spent_as: budget.spentAs,
    burn: { "1h": burnOver(judged, "1h"), "6h": burnOver(judged, "6h"), "3d": burnOver(judged, "3d") },
  };
}
export type SloItem = ReturnType<typeof sloItem>;

/** The worst first: by state, then by what is left of the budget; what was never measured comes last of its state. */
export function worstObjectiveFirst(one: SloItem, other: SloItem): number {
  return (
    SLO_STATES.indexOf(one.state) - SLO_STATES.indexOf(other.state) ||
    Number(one.unknown === "never_measured") - Number(other.unknown === "never_measured") ||
    (one.budget_left ?? 1) - (other.budget_left ?? 1) ||
    one.id.localeCompare(other.id)
  );
}
