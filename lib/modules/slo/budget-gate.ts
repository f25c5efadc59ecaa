import type { Surface } from "@/lib/modules/signals/types";
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
