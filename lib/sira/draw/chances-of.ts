import { chanceOf, logOddsOf } from "@/lib/sira/draw/chance-of";
import { normalBelow } from "@/lib/sira/draw/normal-below";
import type { SiraModel } from "@/lib/sira/model";

/** One possible action as a draw sees it. */
export interface Candidate {
  /** Log-odds that it mends, normal with this mean and variance. */
  readonly logOdds: number;
  readonly variance: number;
  /** Share of its failures that do harm, 0..1. */
  readonly harm: number;
  /** Taken where it is the best by what is believed, and never drawn to find out. */
  readonly isNeverTried?: boolean;
}

/** What an action is worth at these log-odds: mended 1, nothing changed 0, made worse -1. */
export function worthOf(logOdds: number, harm: number): number {
  const mends = chanceOf(logOdds);
  return mends - (1 - mends) * harm;
}

/** The log-odds at which a candidate is worth this much; infinite where it never or always is. */
function logOddsWorth(worth: number, harm: number): number {
  const mends = (worth + harm) / (1 + harm);
  if (mends <= 0) return Number.NEGATIVE_INFINITY;
  return mends >= 1 ? Number.POSITIVE_INFINITY : logOddsOf(mends);
}

/** The candidate worth most by what is believed; on a tie the first. */
function bestOf(candidates: readonly Candidate[]): number {
  const worths = candidates.map(({ logOdds, harm }) => worthOf(logOdds, harm));
  return worths.reduce((best, worth, index) => (worth > (worths[best] ?? Number.NEGATIVE_INFINITY) ? index : best), 0);
}

const STEPS = 96;
const SPAN = 5;

/** Chance that one candidate is worth more than all the others: the integral over where it may lie, by the midpoint rule. */
function chanceOfBest(index: number, candidates: readonly Candidate[]): number {
  const own = candidates[index] as Candidate;
  const spread = Math.sqrt(own.variance);
  let chance = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const z = ((step + 0.5) / STEPS) * 2 * SPAN - SPAN;
    const worth = worthOf(own.logOdds + z * spread, own.harm);
    let allBelow = Math.exp((-z * z) / 2);
    for (let other = 0; other < candidates.length && allBelow > 1e-12; other += 1) {
      if (other === index) continue;
      const rival = candidates[other] as Candidate;
      allBelow *= normalBelow((logOddsWorth(worth, rival.harm) - rival.logOdds) / Math.sqrt(rival.variance));
    }
    chance += allBelow;
  }
  return chance;
}

function normalised(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * The chance with which each candidate is drawn; they sum to 1. These are the propensities that are logged.
 *
 * Greedy gives all of it to the best. Thompson gives each candidate the chance that it is the best, by numerical integration
 * instead of sampling, so that the propensity is known exactly. What comes out below the floor is never drawn: too rare to
 * learn from, and it bounds the weight that one outcome may have in an off-policy estimate by 1 / floor.
 *
 * @param candidates  at least one, variances above 0
 * @throws RangeError when there is none
 * Source: W. R. Thompson (1933), Biometrika 25:285-294; with optimism: May et al. (2012), JMLR 13:2069-2106, and UCB.
 */
export function chancesOf(candidates: readonly Candidate[], exploration: SiraModel["exploration"]): number[] {
  if (candidates.length === 0) throw new RangeError("no action is possible, not even telling people");
  const best = bestOf(candidates);
  if (exploration.kind === "greedy" || candidates.length === 1) return candidates.map((_, index) => (index === best ? 1 : 0));
  const { optimism = 0 } = exploration;
  const spread = candidates.map((candidate) => ({
    ...candidate,
    logOdds: optimism === 0 ? candidate.logOdds : candidate.logOdds + optimism * Math.sqrt(candidate.variance),
    variance: candidate.variance * exploration.spread ** 2,
  }));
  const raw = normalised(spread.map(({ isNeverTried }, index) => (isNeverTried && index !== best ? 0 : chanceOfBest(index, spread))));
  return normalised(raw.map((chance, index) => (index === best || chance >= exploration.floor ? chance : 0)));
}

/** The candidate at a point of [0, 1) when the chances are laid side by side. @throws RangeError when none has a chance */
export function drawOne(chances: readonly number[], point: number): number {
  let reached = 0;
  let last = -1;
  for (const [index, chance] of chances.entries()) {
    if (chance <= 0) continue;
    reached += chance;
    last = index;
    if (point < reached) return index;
  }
  // The chances sum to 1 up to rounding, so a point just below 1 may pass them all.
  if (last < 0) throw new RangeError("no option has a chance");
  return last;
}
