import { decide } from "@/lib/sira/decide";
import { isHeldOut, mayBeHeldOut } from "@/lib/sira/draw/is-held-out";
import type { Estimate } from "@/lib/sira/learning/policy-value";
import { shareOf } from "@/lib/sira/learning/reliability-of";
import type { SiraModel } from "@/lib/sira/model";
import { isMended, type LearningRow } from "@/lib/sira/outcomes";
import type { SiraAction } from "@/lib/sira/types";

/** What one action brings over leaving the incident to people: share mended with it, without it, and the difference. */
export interface Uplift {
  readonly action: SiraAction;
  readonly treated: { readonly n: number; readonly mended: number };
  readonly held: { readonly n: number; readonly mended: number };
  /** Difference of the shares with its 95 % interval; null while one side is empty. */
  readonly difference: Estimate | null;
}

interface Tally {
  n: number;
  mended: number;
}

/** What would have been done, had the draw not left it to people. */
function actionWithoutHoldout({ request }: LearningRow, model: SiraModel): SiraAction {
  return decide({ ...request, context: { ...request.context, holdout_share: 0 } }, model).action;
}

/**
 * Difference of two shares with its interval.
 * Source: Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
 */
export function differenceOf(a: Readonly<Tally>, b: Readonly<Tally>): Estimate | null {
  const left = shareOf(a.mended, a.n);
  const right = shareOf(b.mended, b.n);
  if (!left || !right) return null;
  const value = left.value - right.value;
  return {
    value,
    low: value - Math.hypot(left.value - left.low, right.high - right.value),
    high: value + Math.hypot(left.high - left.value, right.value - right.low),
  };
}

/**
 * Uplift per action over incidents among which the holdout drew: those that were treated beside those that were left to
 * people although the same action would have been proposed. Only outcomes that say something count.
 *
 * @param modelOf  the model a decision was made by; null when it is no longer known, and then the row says nothing
 */
export function upliftOf(rows: readonly LearningRow[], modelOf: (version: string) => SiraModel | null): Uplift[] {
  const tallies = new Map<SiraAction, { treated: Tally; held: Tally }>();
  for (const row of rows) {
    const mended = isMended(row.outcome);
    const model = modelOf(row.decision.model_version);
    if (mended === null || !model || !mayBeHeldOut(row.request) || !((row.request.context.holdout_share ?? 0) > 0)) continue;
    const held = isHeldOut(row.request);
    const action = held ? actionWithoutHoldout(row, model) : row.decision.action;
    if (action === "notify" || action === "none") continue;
    const tally = tallies.get(action) ?? { treated: { n: 0, mended: 0 }, held: { n: 0, mended: 0 } };
    const side = held ? tally.held : tally.treated;
    side.n += 1;
    side.mended += mended ? 1 : 0;
    tallies.set(action, tally);
  }
  return [...tallies]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([action, { treated, held }]) => ({ action, treated, held, difference: differenceOf(treated, held) }));
}

/** Fewest held-out incidents after which harm by withholding can be told at all. */
export const STOP_AFTER = 10;

/** Why withholding has to stop, or null: nobody is left sick for the sake of a figure once it is known that healing helps. */
export function holdoutStop(uplifts: readonly Uplift[]): string | null {
  const proven = uplifts.find(({ held, difference }) => held.n >= STOP_AFTER && difference !== null && difference.low > 0);
  if (!proven) return null;
  const { action, treated, held } = proven;
  return `${action} mends ${treated.mended} of ${treated.n}, and ${held.mended} of ${held.n} without it: what was to be learned is known`;
}
