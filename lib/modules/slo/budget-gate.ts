import type { Surface } from "@/lib/modules/signals/types";
import { LIMITS } from "@/lib/platform/limits";
import { type JudgedObjective, pageBurn } from "./judge-objective";
import type { SloMetric } from "./types";

/** How fast a module's budgets are spent for one tenant, or for all of them together. */
export interface ScopeBurn {
  /** Times as fast as allowed, of the worst objective; null where none of them can be told. */
  readonly burn: number | null;
  readonly worst: { readonly id: string; readonly surface: Surface; readonly metric: SloMetric } | null;
  /** Whether anything at all was reported within the last hour. */
  readonly isHeard: boolean;
  /** Whether anything bad was counted in the last six hours. */
  readonly hasBad: boolean;
}

/** Above this, autonomy in the scope is down to suggestions. Source: reliability-spec, error budgets that govern autonomy. */
export const GATE_BURN = 6;

/** What the judged objectives of a scope come to. */
export function scopeBurn(judged: readonly JudgedObjective[], isHeard: boolean): ScopeBurn {
  let [burn, worst]: [number | null, ScopeBurn["worst"]] = [null, null];
  for (const each of judged) {
    const now = pageBurn(each);
    if (now === null || (burn !== null && now <= burn)) continue;
    const { id, surface, metric } = each.objective;
    [burn, worst] = [now, { id, surface, metric }];
  }
  return { burn, worst, isHeard, hasBad: judged.some(({ windows }) => windows["6h"].bad > 0) };
}

/**
 * Whether the error budget leaves room for governed fixes (level 2 and above) without a person; safe recovery (level 1) is the cure and is not asked.
 * Who is not heard, or of whom too little is known while something bad was counted, gets less power, not more.
 */
export function budgetGate({ burn, isHeard, hasBad }: ScopeBurn): "ok" | "suggest_only" {
  if (!isHeard) return "suggest_only";
  if (burn === null) return hasBad ? "suggest_only" : "ok";
  return burn > GATE_BURN ? "suggest_only" : "ok";
}

/** How a scope's budgets stood before an incident began. */
export interface BurnBefore extends ScopeBurn {
  /** RFC 3339: nothing that was counted later is in it. */
  readonly at: string;
}

const MINUTE_MS = 60_000;

/**
 * The last instant that is surely before an incident: the end of the last whole minute that lies an evaluation step before its first finding.
 * What the fault itself spends comes later, so that it never holds back its own cure.
 *
 * @param openedAt  the first signal in which the fault could be seen
 */
export function instantBefore(openedAt: Date): Date {
  const stepBefore = openedAt.getTime() - LIMITS.sloFindSeconds * 1_000;
  return new Date(Math.floor(stepBefore / MINUTE_MS) * MINUTE_MS - 1);
}

const told = ({ burn, isHeard }: ScopeBurn) => {
  if (!isHeard) return "nothing was reported";
  return burn === null ? "too little was counted to tell the error budget's burn" : `the error budget burned ${burn.toFixed(1)} times`;
};

/**
 * Whether the error budget leaves room for a governed fix of an incident: by how the scope stood before it began, and by what Center's own hand
 * did since (docs/decisions/0022).
 *
 * @param worsenedBy  the previous automatic action in this scope, where it made things worse
 */
export function budgetGateBefore(
  before: BurnBefore,
  worsenedBy: string | null,
): { readonly word: "ok" | "suggest_only"; readonly why: string } {
  if (worsenedBy !== null)
    return { word: "suggest_only", why: `${worsenedBy.replaceAll("_", " ")} made it worse: people decide about fixes` };
  const word = budgetGate(before);
  const of = before.worst === null ? "" : ` (${before.worst.id})`;
  const why = `before the incident began, at ${before.at.slice(0, 19).replace("T", " ")} UTC, ${told(before)}${of}`;
  return { word, why: word === "ok" ? why : `${why}: people decide about fixes` };
}
