import { confidenceOf } from "@/lib/sira/draw/confidence-of";
import { fitModel } from "@/lib/sira/learning/fit-model";
import type { Estimate, PolicyValue } from "@/lib/sira/learning/policy-value";
import { estimateOf, gainOf, policyValueOf } from "@/lib/sira/learning/policy-value";
import { calibrationError, type Given } from "@/lib/sira/learning/reliability-of";
import type { SiraModel } from "@/lib/sira/model";
import { isMended, type LearningRow } from "@/lib/sira/outcomes";
import { weighActions } from "@/lib/sira/weigh-actions";

/** How one model did on outcomes it was not fitted to. */
export interface ShadowResult {
  readonly value: PolicyValue;
  readonly logLoss: number | null;
  readonly calibrationError: number | null;
}

/** A candidate beside the model in force, on the newest outcomes, which the candidate's fit had not seen. */
export interface Shadow {
  readonly trainedOn: number;
  readonly heldOut: number;
  readonly candidate: ShadowResult;
  readonly current: ShadowResult;
  readonly gain: Estimate;
  readonly verdict: "better" | "no_worse" | "unclear" | "worse" | "too_few";
}

/** Newest share of the outcomes that is kept back from the fit, and the fewest that say anything. */
const HELD_OUT_SHARE = 0.25;
const FEWEST = 30;
/** Loss of worth per decision that a candidate may not be shown to exceed, to be called no worse. */
const TOLERANCE = 0.05;

function resultOf(rows: readonly LearningRow[], model: SiraModel): ShadowResult {
  const given = rows.flatMap((row): Given[] => {
    const mended = isMended(row.outcome);
    const option = weighActions(row.request, model).find(({ action }) => action === row.decision.action);
    return mended === null || !option ? [] : [{ confidence: confidenceOf(option, model), isMended: mended }];
  });
  const losses = given.map(({ confidence, isMended: came }) => -Math.log(Math.max(1e-6, came ? confidence : 1 - confidence)));
  return {
    value: policyValueOf(rows, model),
    logLoss: losses.length > 0 ? estimateOf(losses).value : null,
    calibrationError: calibrationError(given),
  };
}

function verdictOf(gain: Estimate, candidate: PolicyValue): Shadow["verdict"] {
  if (candidate.n < FEWEST || candidate.effective < FEWEST / 2) return "too_few";
  if (gain.low > 0) return "better";
  if (gain.high < 0) return "worse";
  return gain.low > -TOLERANCE ? "no_worse" : "unclear";
}

/**
 * Lets a fit prove itself in the shadow: what it makes of the older outcomes is judged on the newest ones, which it has not
 * seen, beside the model in force. What would be promoted is the same fit over all outcomes.
 *
 * @returns a verdict for people to read; it promotes nothing
 */
export function judgeCandidate(rows: readonly LearningRow[], base: SiraModel, current: SiraModel): Shadow {
  const told = rows.filter(({ outcome }) => outcome !== "inconclusive").toSorted((a, b) => a.knownAt - b.knownAt);
  const cut = Math.floor(told.length * (1 - HELD_OUT_SHARE));
  const heldOut = told.slice(cut);
  // Decided before the cut but known after it is fine; trained on what was known when the first held-out decision was made.
  const since = heldOut[0]?.knownAt ?? Number.POSITIVE_INFINITY;
  const train = told.slice(0, cut).filter(({ knownAt }) => knownAt < since);
  const { model } = fitModel(train, base);
  const gain = gainOf(heldOut, model, current);
  const candidate = resultOf(heldOut, model);
  return {
    trainedOn: train.length,
    heldOut: heldOut.length,
    candidate,
    current: resultOf(heldOut, current),
    gain,
    verdict: verdictOf(gain, candidate.value),
  };
}
