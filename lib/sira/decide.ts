import { type Candidate, chancesOf, drawOne } from "@/lib/sira/draw/chances-of";
import { confidenceOf } from "@/lib/sira/draw/confidence-of";
import { isHeldOut, mayBeHeldOut } from "@/lib/sira/draw/is-held-out";
import { DRAW, seeded } from "@/lib/sira/draw/seeded";
import type { SiraModel } from "@/lib/sira/model";
import type { SiraAction, SiraDecision, SiraRequest } from "@/lib/sira/types";
import type { Option } from "@/lib/sira/weigh-actions";
import { weighActions } from "@/lib/sira/weigh-actions";

const MAX_EVIDENCE = 20;

function chancesUnder(options: readonly Option[], { exploration }: SiraModel): number[] {
  const never: readonly SiraAction[] = exploration.kind === "thompson" ? (exploration.never ?? []) : [];
  const candidates = options.map(
    ({ action, logOdds, variance, harm }): Candidate => ({ logOdds, variance, harm, isNeverTried: never.includes(action) }),
  );
  return chancesOf(candidates, exploration);
}

/** What is held out is told to people instead, so its share moves from every action to that one. */
function withHoldout(chances: readonly number[], options: readonly Option[], request: SiraRequest): number[] {
  const share = mayBeHeldOut(request) ? (request.context.holdout_share ?? 0) : 0;
  return chances.map((chance, index) => (1 - share) * chance + (options[index]?.action === "notify" ? share : 0));
}

/**
 * The chance of each action under the model, with the holdout in it. They sum to 1.
 *
 * @returns in the order of the options
 */
export function propensitiesOf(options: readonly Option[], request: SiraRequest, model: SiraModel): number[] {
  return withHoldout(chancesUnder(options, model), options, request);
}

/**
 * Proposes what would mend an incident. It only proposes: policy permits.
 *
 * Pure: the same request (its seed included) and model give the same decision bit for bit, so it can be replayed years later.
 * Nothing is summed in the order of an object's keys.
 *
 * @returns the drawn action, its confidence 0..1 (calibrated share that mends), the chance with which it was drawn, and the
 *          facts for and against it, the weightiest first, in log-odds
 * Source: contextual bandit, Thompson sampling with logged propensities (sira.md, Decision).
 */
export function decide(request: SiraRequest, model: SiraModel): SiraDecision {
  const options = weighActions(request, model);
  const chances = chancesUnder(options, model);
  const chosen = isHeldOut(request)
    ? options.findIndex(({ action }) => action === "notify")
    : drawOne(chances, seeded(request.seed, DRAW.action));
  const option = options[chosen];
  const propensity = withHoldout(chances, options, request)[chosen];
  if (!option || propensity === undefined) throw new RangeError("no action is possible, not even telling people");
  const held = isHeldOut(request)
    ? [{ fact: "drawn for the holdout: left to people, so that what healing brings can be told", weight: 0 }]
    : [];
  const byWeight = option.evidence.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, MAX_EVIDENCE);
  return {
    action: option.action,
    ...(option.patchVersion === null ? {} : { patch_version: option.patchVersion }),
    confidence: confidenceOf(option, model),
    propensity: Math.min(1, propensity),
    evidence_for: byWeight.filter(({ weight }) => weight > 0),
    evidence_against: [...byWeight.filter(({ weight }) => weight < 0), ...held].slice(0, MAX_EVIDENCE),
    model_version: model.version,
  };
}
