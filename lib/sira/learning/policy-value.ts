import { propensitiesOf } from "@/lib/sira/decide";
import { worthOf } from "@/lib/sira/draw/chances-of";
import type { SiraModel } from "@/lib/sira/model";
import { type LearningRow, worthOfOutcome } from "@/lib/sira/outcomes";
import { weighActions } from "@/lib/sira/weigh-actions";

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What a model would have earned on outcomes that another one brought about; mended 1, nothing changed 0, made worse -1. */
export interface PolicyValue {
  readonly n: number;
  /** Outcomes that the estimate really rests on (Kish): few when the model would have acted otherwise than what was done. */
  readonly effective: number;
  readonly ips: Estimate;
  readonly snips: Estimate;
  readonly dr: Estimate;
}

/** One outcome under a model: importance weight, reward, what the model expected of what was done, and of its own policy. */
interface Term {
  readonly weight: number;
  readonly reward: number;
  readonly expected: number;
  readonly expectedPolicy: number;
}

const Z = 1.96;

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean of independent values with its normal interval; nothing known is the whole range of rewards. */
export function estimateOf(values: readonly number[], spread = 1): Estimate {
  const value = meanOf(values);
  if (values.length < 2) return { value, low: -spread, high: spread };
  const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (values.length - 1);
  const margin = Z * Math.sqrt(variance / values.length);
  return { value, low: value - margin, high: value + margin };
}

function termOf(row: LearningRow, model: SiraModel): Term | null {
  const reward = worthOfOutcome(row.outcome);
  if (reward === null) return null;
  const options = weighActions(row.request, model);
  const chances = propensitiesOf(options, row.request, model);
  const { slope, shift } = model.calibration;
  const worths = options.map(({ logOdds, harm }) => worthOf(slope * logOdds + shift, harm));
  const done = options.findIndex(
    ({ action, patchVersion }) => action === row.decision.action && (patchVersion ?? undefined) === row.decision.patch_version,
  );
  const expectedPolicy = worths.reduce((sum, worth, index) => sum + worth * (chances[index] ?? 0), 0);
  return {
    weight: (chances[done] ?? 0) / row.decision.propensity,
    reward,
    expected: worths[done] ?? 0,
    expectedPolicy,
  };
}

function termsOf(rows: readonly LearningRow[], model: SiraModel): Term[] {
  return rows.flatMap((row) => termOf(row, model) ?? []);
}

const drOf = ({ weight, reward, expected, expectedPolicy }: Term) => expectedPolicy + weight * (reward - expected);

/**
 * Judges a model on outcomes it did not bring about, by three estimates: inverse propensity (unbiased, wide), self-normalised
 * (a little biased, narrower) and doubly robust (right when either the propensities or the model's expectations are).
 *
 * Where the logging model had no chance of doing what this one would have done, nobody knows what would have come of it: the
 * effective number says how much of the estimate is such hope.
 *
 * Source: Horvitz & Thompson (1952); Swaminathan & Joachims (2015); Dudík, Langford & Li (2011).
 */
export function policyValueOf(rows: readonly LearningRow[], model: SiraModel): PolicyValue {
  const terms = termsOf(rows, model);
  const weights = terms.map(({ weight }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  const snips = total > 0 ? terms.reduce((sum, { weight, reward }) => sum + weight * reward, 0) / total : 0;
  const deviations = terms.map(({ weight, reward }) => (total > 0 ? (weight * (reward - snips) * terms.length) / total : 0));
  const around = estimateOf(deviations);
  return {
    n: terms.length,
    effective: squares > 0 ? total ** 2 / squares : 0,
    ips: estimateOf(terms.map(({ weight, reward }) => weight * reward)),
    snips: { value: snips, low: snips + (around.low - around.value), high: snips + (around.high - around.value) },
    dr: estimateOf(terms.map(drOf)),
  };
}

/** How much more one model would have earned than another on the same outcomes, doubly robust and paired. */
export function gainOf(rows: readonly LearningRow[], model: SiraModel, over: SiraModel): Estimate {
  const terms = termsOf(rows, model);
  const others = termsOf(rows, over);
  return estimateOf(
    terms.map((term, index) => drOf(term) - drOf(others[index] as Term)),
    2,
  );
}
