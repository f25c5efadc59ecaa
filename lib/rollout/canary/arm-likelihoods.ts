import type { CanaryArm, PluginTally } from "@/lib/rollout/canary/canary-state";
import { GRID_CELLS, GRID_STEPS, likelihoodOfPlugin, ratesOf } from "@/lib/rollout/canary/shift-grid";

/** Tallies are never mutated, so what was worked out for one stays true; forgotten with the tally. */
const likelihoods = new WeakMap<PluginTally, Float64Array>();

function likelihoodOf(tally: PluginTally): Float64Array {
  const remembered = likelihoods.get(tally);
  if (remembered) return remembered;
  const table = likelihoodOfPlugin(tally);
  likelihoods.set(tally, table);
  return table;
}

/** How probable everything seen is, for each arm by itself, in the cells of shift-grid.ts. */
export interface ArmLikelihoods extends Readonly<Record<CanaryArm, Float64Array>> {
  /** Mean failure share of the canaries at each shift, 0..1: what a shift means in points for these very shops. */
  readonly canaryRates: Float64Array;
}

/** Adds the plugins up: given an arm's shift and temper they are independent of one another. */
export function armLikelihoods(tallies: readonly PluginTally[]): ArmLikelihoods {
  const arms = { canary: new Float64Array(GRID_CELLS), control: new Float64Array(GRID_CELLS) };
  for (const tally of tallies) {
    const sum = arms[tally.arm];
    const own = likelihoodOf(tally);
    for (let cell = 0; cell < GRID_CELLS; cell += 1) sum[cell] = (sum[cell] ?? 0) + (own[cell] ?? 0);
  }
  return { ...arms, canaryRates: meanRates(tallies.filter(({ arm }) => arm === "canary")) };
}

function meanRates(canaries: readonly PluginTally[]): Float64Array {
  const mean = new Float64Array(GRID_STEPS);
  for (const canary of canaries) {
    for (const [step, rate] of ratesOf(canary).entries()) mean[step] = (mean[step] ?? 0) + rate / canaries.length;
  }
  return mean;
}
