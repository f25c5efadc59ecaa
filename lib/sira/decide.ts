import type { SiraModel } from "@/lib/sira/model";
import type { SiraDecision, SiraRequest } from "@/lib/sira/types";
import type { Option } from "@/lib/sira/weigh-actions";
import { weighActions } from "@/lib/sira/weigh-actions";

/**
 * One number in [0, 1) from a 32-bit seed: the same seed gives the same draw on every machine.
 *
 * Source: mulberry32 (T. Ettinger, public domain), first output.
 */
function drawFrom(seed: number): number {
  let state = (seed + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
}

/** The likeliest option; on a tie the first, which is the gentler one in SIRA_ACTIONS' order. */
function likeliest(options: readonly Option[]): Option {
  const [first, ...rest] = options;
  if (!first) throw new RangeError("no action is possible, not even telling people");
  return rest.reduce((best, option) => (option.logOdds > best.logOdds ? option : best), first);
}

/** Chance of each option under the epsilon-greedy draw; they sum to 1. Exploring is confined to actions that do no harm. */
function propensities(options: readonly Option[], model: SiraModel): ReadonlyMap<Option, number> {
  const best = likeliest(options);
  const explored = options.filter((option) => model.exploreActions.includes(option.action));
  const epsilon = explored.length > 0 ? model.epsilon : 0;
  return new Map(
    options.map((option) => {
      const exploring = explored.includes(option) ? epsilon / explored.length : 0;
      return [option, (option === best ? 1 - epsilon : 0) + exploring];
    }),
  );
}

function draw(chances: ReadonlyMap<Option, number>, seed: number): { option: Option; propensity: number } {
  const possible = [...chances].filter(([, chance]) => chance > 0);
  const target = drawFrom(seed);
  let reached = 0;
  for (const [option, propensity] of possible) {
    reached += propensity;
    if (target < reached) return { option, propensity };
  }
  // The chances sum to 1 up to rounding, so a target just below 1 may pass them all.
  const last = possible.at(-1);
  if (!last) throw new RangeError("no option has a chance");
  return { option: last[0], propensity: last[1] };
}

/** The share of such decisions that turns out right, 0..1, from log-odds by the model's calibration. */
function confidenceOf(logOdds: number, { slope, shift }: SiraModel["calibration"]): number {
  return 1 / (1 + Math.exp(-(slope * logOdds + shift)));
}

const MAX_EVIDENCE = 20;

/**
 * Proposes what would mend an incident. It only proposes: policy permits.
 *
 * Pure: the same request (its seed included) and model give the same decision bit for bit, so it can be replayed years later.
 *
 * @returns the drawn action, its confidence 0..1, the chance with which it was drawn, and the facts for and against it,
 *          the weightiest first, in log-odds
 * Source: contextual bandit, epsilon-greedy with logged propensities (sira.md, Decision).
 */
export function decide(request: SiraRequest, model: SiraModel): SiraDecision {
  const options = weighActions(request, model);
  const { option, propensity } = draw(propensities(options, model), request.seed);
  const byWeight = option.evidence.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, MAX_EVIDENCE);
  return {
    action: option.action,
    ...(option.patchVersion === null ? {} : { patch_version: option.patchVersion }),
    confidence: confidenceOf(option.logOdds, model.calibration),
    propensity,
    evidence_for: byWeight.filter(({ weight }) => weight > 0),
    evidence_against: byWeight.filter(({ weight }) => weight < 0),
    model_version: model.version,
  };
}
