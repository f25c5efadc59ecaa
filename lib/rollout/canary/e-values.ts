import type { ArmLikelihoods } from "@/lib/rollout/canary/arm-likelihoods";
import { GRID_STEPS, SHIFT_STEP, TEMPERS, UNCHANGED } from "@/lib/rollout/canary/shift-grid";

/** Ways in which the canary may move away from control, in steps of the grid (0.14 log-odds each), all equally likely beforehand. */
const WORSE: readonly number[] = [2, 4, 7, 11, 16, 23, 32, 45];
const NO_WORSE: readonly number[] = [-7, -3, 0, 1];

/** How far control is likely to move by itself, in log-odds; and the share kept for it moving anywhere. */
const CONTROL_DEVIATION = 0.4;
const CONTROL_FLOOR = 0.05;

/** Logarithm of how likely each shift of control was taken to be before the wave began. */
const PRIOR: Float64Array = (() => {
  const bell = Array.from({ length: GRID_STEPS }, (_, step) =>
    Math.exp(-0.5 * (((step - UNCHANGED) * SHIFT_STEP) / CONTROL_DEVIATION) ** 2),
  );
  const total = bell.reduce((sum, height) => sum + height, 0);
  return Float64Array.from(bell, (height) => Math.log(((1 - CONTROL_FLOOR) * height) / total + CONTROL_FLOOR / GRID_STEPS));
})();

/** ln of the average likelihood over everything the alternative holds possible. */
function logAverage({ canary, control }: ArmLikelihoods, shifts: readonly number[]): number {
  const terms: number[] = [];
  let highest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < TEMPERS.length; row += 1) {
    for (let step = 0; step < GRID_STEPS; step += 1) {
      const before = (PRIOR[step] ?? 0) + (control[row * GRID_STEPS + step] ?? 0);
      for (const shift of shifts) {
        const target = Math.min(GRID_STEPS - 1, Math.max(0, step + shift));
        const term = before + (canary[row * GRID_STEPS + target] ?? 0);
        terms.push(term);
        if (term > highest) highest = term;
      }
    }
  }
  let sum = 0;
  for (const term of terms) if (term > highest - 40) sum += Math.exp(term - highest);
  return highest + Math.log(sum) - Math.log(shifts.length * TEMPERS.length);
}

/** The top of a smooth curve known at three neighbouring steps, the middle one the highest. */
function topOf(left: number, middle: number, right: number): number {
  const bend = left - 2 * middle + right;
  return bend < 0 ? middle - (left - right) ** 2 / (8 * bend) : middle;
}

/** ln of the best that "the canary is no worse than control" can do with what was seen, whatever their shift and temper. */
function bestNoWorse({ canary, control }: ArmLikelihoods): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < TEMPERS.length; row += 1) {
    const at = row * GRID_STEPS;
    const same = (step: number) => (canary[at + step] ?? Number.NEGATIVE_INFINITY) + (control[at + step] ?? Number.NEGATIVE_INFINITY);
    let reached = Number.NEGATIVE_INFINITY;
    for (let step = 0; step < GRID_STEPS; step += 1) {
      reached = Math.max(reached, canary[at + step] ?? Number.NEGATIVE_INFINITY);
      best = Math.max(best, reached + (control[at + step] ?? 0));
      const isInside = step > 0 && step < GRID_STEPS - 1;
      // The true shift lies between two steps; what the grid skips must not count against the null hypothesis.
      if (isInside && same(step) >= same(step - 1) && same(step) >= same(step + 1)) {
        best = Math.max(best, topOf(same(step - 1), same(step), same(step + 1)));
      }
    }
  }
  return best;
}

/** ln of the best that "the canary is worse by at least `excess`" can do. Rounded towards a larger null hypothesis. */
function bestWorseBy({ canary, control, canaryRates }: ArmLikelihoods, excess: number): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < TEMPERS.length; row += 1) {
    const at = row * GRID_STEPS;
    const above = new Float64Array(GRID_STEPS + 1).fill(Number.NEGATIVE_INFINITY);
    for (let step = GRID_STEPS - 1; step >= 0; step -= 1) above[step] = Math.max(above[step + 1] ?? 0, canary[at + step] ?? 0);
    let from = 0;
    for (let step = 0; step < GRID_STEPS; step += 1) {
      const bound = Math.min(canaryRates[GRID_STEPS - 1] ?? 1, (canaryRates[step] ?? 0) + excess);
      while (from + 1 < GRID_STEPS && (canaryRates[from + 1] ?? 1) <= bound) from += 1;
      best = Math.max(best, (control[at + step] ?? 0) + (above[from] ?? 0));
    }
  }
  return best;
}

/** Evidence, as natural logarithms of e-values: ln 100 = 4.6 is what a verdict asks for. */
export interface LogEvidence {
  /** Against "the canary is no worse than control". */
  readonly worse: number;
  /** Against "the canary is worse by `excess` or more", for any excess share 0..1. */
  readonly notWorseBy: (excess: number) => number;
}

/**
 * Both e-processes of a wave. An e-value's average is at most 1 while its null hypothesis holds, at every moment one may choose
 * to look: so the chance that it ever reaches 100 is at most 1 %, however often it is looked at (Ville's inequality).
 *
 * Each is the likelihood averaged over the alternative, over the greatest likelihood the null hypothesis can reach, where a
 * plugin's rate is drawn around its own past (shift-grid.ts): plugins are the unit, not webhooks, so neither unlike shops nor
 * bursts pass for evidence. How steady plugins are is unknown: the null hypothesis takes whichever temper suits it best.
 * Trouble that strikes all moves both arms alike and tells nothing.
 *
 * Source: Wasserman, Ramdas & Balakrishnan (2020), PNAS 117:16880 (universal inference, the running likelihood-ratio
 * e-process); Robbins (1970), Ann. Math. Stat. 41:1397 (the method of mixtures); Turner, Ly & Grünwald (2024), J. Stat. Plan.
 * Inference 230 (e-values for two streams of proportions).
 */
export function logEvidence(likelihoods: ArmLikelihoods): LogEvidence {
  const noWorse = logAverage(likelihoods, NO_WORSE);
  return {
    worse: logAverage(likelihoods, WORSE) - bestNoWorse(likelihoods),
    notWorseBy: (excess) => noWorse - bestWorseBy(likelihoods, excess),
  };
}
