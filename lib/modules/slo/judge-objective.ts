import { eventsNeeded, type JudgedPair, judgeBurn } from "./judge-burn";
import { eventsOf } from "./sums";
import {
  BUDGET_WINDOW,
  type Events,
  type Objective,
  type SloState,
  type Unknown,
  WINDOWS,
  type WindowName,
  type WindowSums,
} from "./types";

/** What is left of the bad events that a promise allows in its window. */
export interface Budget extends Events {
  /** Share of the budget, 1 untouched, 0 spent, below 0 overspent; null where too few events were counted. */
  readonly left: number | null;
  /** When it is spent if it goes on as in `spentAs`; null where it is not going to be, or already is. */
  readonly exhaustedAt: Date | null;
  readonly spentAs: WindowName | null;
}

export interface JudgedObjective {
  readonly objective: Objective;
  readonly state: SloState;
  /** Why it is unknown; null where it is not. */
  readonly unknown: Unknown | null;
  readonly pairs: readonly JudgedPair[];
  /** Share of good events in the budget's window; null where too few. */
  readonly good: number | null;
  readonly budget: Budget;
  readonly windows: Readonly<Record<WindowName, Events>>;
}

/** The shortest budget's pair decides how many events a budget needs. */
const BUDGET_FACTOR = 1;

/** When a budget is spent at some burn, if it still lasts and the burn is more than is allowed. */
function exhaustion(left: number, burn: number, at: Date): Date | null {
  if (left <= 0 || burn <= 1) return null;
  return new Date(at.getTime() + (left * WINDOWS[BUDGET_WINDOW] * 1_000) / burn);
}

function judgeBudget(target: number, windows: Readonly<Record<WindowName, Events>>, pairs: readonly JudgedPair[], at: Date): Budget {
  const { total, bad } = windows[BUDGET_WINDOW];
  if (total < eventsNeeded(BUDGET_FACTOR, target)) return { total, bad, left: null, exhaustedAt: null, spentAs: null };
  const left = 1 - bad / (total * (1 - target));
  // By the sharpest pair that fires, else by the longest window of which anything is known.
  const told = pairs.find(({ isFiring }) => isFiring) ?? pairs.findLast(({ longBurn }) => longBurn !== null);
  const exhaustedAt = told ? exhaustion(left, told.longBurn ?? 0, at) : null;
  return { total, bad, left, exhaustedAt, spentAs: exhaustedAt && told ? told.long : null };
}

function whyUnknown(sums: WindowSums, pairs: readonly JudgedPair[], budget: Budget): Unknown | null {
  if (budget.total === 0) return "never_measured";
  if (sums["1h"].minutes === 0) return "not_heard";
  return budget.left === null || pairs.every(({ longBurn }) => longBurn === null) ? "too_few" : null;
}

function stateOf(pairs: readonly JudgedPair[], budget: Budget, unknown: Unknown | null): SloState {
  if (pairs.some(({ isFiring, isPage }) => isFiring && isPage)) return "burning_fast";
  if (budget.left !== null && budget.left <= 0) return "exhausted";
  if (pairs.some(({ isFiring }) => isFiring)) return "burning_slow";
  return unknown === null ? "ok" : "unknown";
}

/**
 * How a promise is kept. Minutes of which nobody reported are in no sum: they are unknown, and never count as good.
 *
 * @param sums  what was done in each window, of one tenant or of several added up
 */
export function judgeObjective(objective: Objective, sums: WindowSums, at: Date): JudgedObjective {
  const { metric, target } = objective;
  const windows = Object.fromEntries((Object.keys(WINDOWS) as WindowName[]).map((name) => [name, eventsOf(metric, sums[name])])) as Record<
    WindowName,
    Events
  >;
  const pairs = judgeBurn(target, windows);
  const budget = judgeBudget(target, windows, pairs, at);
  const unknown = whyUnknown(sums, pairs, budget);
  const state = stateOf(pairs, budget, unknown);
  const { total, bad } = budget;
  const good = budget.left === null ? null : 1 - bad / total;
  return { objective, state, unknown: state === "unknown" ? unknown : null, pairs, good, budget, windows };
}

/** How fast a budget is being spent now: the sharper of the pairs that wake somebody. @returns null where neither is known */
export function pageBurn({ pairs }: Pick<JudgedObjective, "pairs">): number | null {
  const known = pairs.flatMap(({ isPage, shortBurn, longBurn }) =>
    isPage && shortBurn !== null && longBurn !== null ? [Math.min(shortBurn, longBurn)] : [],
  );
  return known.length === 0 ? null : Math.max(...known);
}

/** Burn over the long window of a pair; null where too little is known of it. */
export function burnOver({ pairs }: Pick<JudgedObjective, "pairs">, name: WindowName): number | null {
  return pairs.find(({ long }) => long === name)?.longBurn ?? null;
}
