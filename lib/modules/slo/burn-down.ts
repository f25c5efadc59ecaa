import { burnOf } from "./judge-burn";
import type { Events } from "./types";

/** Events of one step of time. */
interface StepEvents {
  /** When the step begins. */
  readonly at: Date;
  readonly events: Events;
}

/**
 * Steps of the roll-ups with what is in the budget and not yet in them: the newest minutes, which belong to the step that is not over.
 *
 * @param days  the whole budget's window, as far as it is rolled up
 */
export function withTail(
  steps: readonly StepEvents[],
  days: readonly StepEvents[],
  { budget, stepSeconds, until }: Pick<BurnDownOf, "budget" | "stepSeconds" | "until">,
): StepEvents[] {
  const missing = (name: keyof Events) => Math.max(0, budget[name] - days.reduce((sum, { events }) => sum + events[name], 0));
  const tail = { total: missing("total"), bad: missing("bad") };
  if (tail.total === 0) return [...steps];
  const current = new Date(Math.floor(until.getTime() / (stepSeconds * 1_000)) * stepSeconds * 1_000);
  const last = steps.at(-1);
  if (!last || last.at < current) return [...steps, { at: current, events: tail }];
  const { total, bad } = last.events;
  return [...steps.slice(0, -1), { at: last.at, events: { total: total + tail.total, bad: bad + tail.bad } }];
}

/** A point of a burn-down: what was left of the budget when a step ended, and how fast it was spent within it. */
export interface BurnPoint {
  readonly at: string;
  readonly total: number;
  readonly bad: number;
  readonly budget_left: number;
  /** Null where the step holds no event. */
  readonly burn: number | null;
  /** Nothing was counted in some step since the point before: no line leads here. */
  readonly after_gap: boolean;
}

interface BurnDownOf {
  readonly budget: Events;
  readonly target: number;
  readonly stepSeconds: number;
  readonly until: Date;
}

/**
 * What was left of a budget at the end of each step, reckoned back from what is left now: before a step there was more left, by what it spent.
 *
 * @param steps   rising in time; steps of which nothing is known are not among them
 * @param budget  events of the budget's whole window up to now
 * @param until   now: a step that is not over ends here
 */
export function burnDown(steps: readonly StepEvents[], { budget, target, stepSeconds, until }: BurnDownOf): BurnPoint[] {
  const allowed = budget.total * (1 - target);
  if (allowed <= 0) return [];
  let spent = budget.bad;
  const points: BurnPoint[] = [];
  for (const [index, step] of [...steps.entries()].toReversed()) {
    const before = steps[index - 1];
    points.push({
      at: new Date(Math.min(step.at.getTime() + stepSeconds * 1_000, until.getTime())).toISOString(),
      ...step.events,
      budget_left: 1 - spent / allowed,
      burn: step.events.total > 0 ? burnOf(step.events, target) : null,
      after_gap: before !== undefined && step.at.getTime() - before.at.getTime() > stepSeconds * 1_000,
    });
    spent -= step.events.bad;
  }
  return points.toReversed();
}
