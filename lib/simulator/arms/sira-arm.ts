import type { Arm, Dilemma } from "@/lib/simulator/arms/arm";
import { DAY, HOUR } from "@/lib/simulator/world/world-parameters";
import { decide } from "@/lib/sira/decide";
import type { FitSettings } from "@/lib/sira/learning/fit-model";
import { fitModel } from "@/lib/sira/learning/fit-model";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import type { LearningRow } from "@/lib/sira/outcomes";
import type { SiraRequest } from "@/lib/sira/types";

/** How often a model is fitted from all outcomes known so far, and how often its settings are searched for anew. */
const FIT_EVERY_MS = 6 * HOUR;
const SEARCH_EVERY_MS = DAY;

/** The request as the product puts it, with what is known besides. */
function questionOf({ request, signature, failedActions }: Dilemma): SiraRequest {
  return {
    ...request,
    incident: { ...request.incident, signature },
    context: { ...request.context, failed_actions: failedActions.map((each) => ({ ...each })) as SiraRequest["context"]["failed_actions"] },
  };
}

/** SIRA as the product runs it; the only file of the simulator that knows how it decides and learns. */
export function siraArm(): Arm {
  const rows: LearningRow[] = [];
  let model = fitModel([], MODEL_V0).model;
  let settings: FitSettings | null = null;
  let fittedAt = 0;
  let searchedAt = 0;
  let isNews = false;

  /** The learning job of virtual time: a new model at fixed hours, if anything became known since. */
  function refresh(at: number): void {
    if (!isNews || at < fittedAt + FIT_EVERY_MS) return;
    const isSearch = settings === null || at >= searchedAt + SEARCH_EVERY_MS;
    const fit = fitModel(rows, MODEL_V0, isSearch ? null : settings);
    [model, settings, fittedAt, isNews] = [fit.model, fit.settings, at, false];
    if (isSearch) searchedAt = at;
  }

  return {
    name: "sira",
    decide(dilemma) {
      refresh(dilemma.at);
      const decision = decide(questionOf(dilemma), model);
      const { action, patch_version, confidence } = decision;
      return { action, patchVersion: patch_version ?? null, confidence, decision };
    },
    learn(dilemma, { decision }, outcome, knownAt) {
      if (!decision) return;
      rows.push({ request: questionOf(dilemma), decision, outcome, decidedAt: dilemma.at, knownAt });
      isNews = true;
    },
  };
}
