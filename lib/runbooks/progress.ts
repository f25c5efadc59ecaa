import type { Runbook, RunbookStep } from "./types";

/** What was recorded about a step, oldest first. */
export interface StepRecord {
  readonly stepId: string;
  /** An outcome, or for a decision the branch that was taken. */
  readonly outcome: string;
}

/** The step that comes after one, or null at the end. A decision goes where its branch says. */
function stepAfter(runbook: Runbook, step: RunbookStep, outcome: string): RunbookStep | null {
  const place = step.kind === "decision" ? step.branches.find(({ id }) => id === outcome)?.go_to : step.then;
  if (place === "end") return null;
  const index = place === undefined ? runbook.steps.indexOf(step) + 1 : runbook.steps.findIndex(({ id }) => id === place);
  return runbook.steps[index] ?? null;
}

/**
 * Where somebody stands in a runbook: the step after the one that was recorded last, which need not be the next in the file. Steps may be
 * done in any order, and more than once: what counts is the last word.
 *
 * @returns null once the last step has led to the end
 */
export function currentStep(runbook: Runbook, records: readonly StepRecord[]): RunbookStep | null {
  const last = records.at(-1);
  if (!last) return runbook.steps[0] ?? null;
  const step = runbook.steps.find(({ id }) => id === last.stepId);
  return step ? stepAfter(runbook, step, last.outcome) : (runbook.steps[0] ?? null);
}

/** Places that no step leads to, or that lead nowhere: a runbook with any is not finished. */
export function brokenPlaces(runbook: Runbook): string[] {
  const ids = new Set(runbook.steps.map(({ id }) => id));
  const leads = runbook.steps.flatMap((step) => (step.kind === "decision" ? step.branches.map(({ go_to }) => go_to) : (step.then ?? [])));
  const lost = leads.filter((place) => place !== "end" && !ids.has(place));
  const reached = new Set<string>();
  const walk = (step: RunbookStep | null | undefined): void => {
    if (!step || reached.has(step.id)) return;
    reached.add(step.id);
    const outcomes = step.kind === "decision" ? step.branches.map(({ id }) => id) : ["done"];
    for (const outcome of outcomes) walk(stepAfter(runbook, step, outcome));
  };
  walk(runbook.steps[0]);
  const twice = runbook.steps.map(({ id }) => id).filter((id, at, all) => all.indexOf(id) !== at);
  return [...lost, ...twice, ...[...ids].filter((id) => !reached.has(id))];
}
