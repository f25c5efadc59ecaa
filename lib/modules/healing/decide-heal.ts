import { digestOf, type Json } from "@/lib/kernel/canonical-json";
import { budgetGateBefore } from "@/lib/modules/slo/budget-gate";
import { LIMITS } from "@/lib/platform/limits";
import { type ModulePermitInput, permitModule } from "@/lib/policy/permit/module-permit";
import type { Permit } from "@/lib/policy/types";
import { actionNamed } from "./catalogue";
import type { Decision, DecisionInput } from "./decision-types";
import { nextRung, type Rung } from "./next-rung";
import type { HealActionEntry } from "./types";

/** What the error budget says: of before the incident, so that what the fault itself spends never holds back its cure. */
function budgetWord({ budgetBefore, errorBudget, onModule }: DecisionInput): Pick<ModulePermitInput, "errorBudget" | "errorBudgetWhy"> {
  if (!budgetBefore) return { errorBudget };
  const { word, why } = budgetGateBefore(budgetBefore, onModule.worsenedBy ?? null);
  return { errorBudget: word, errorBudgetWhy: why };
}

function permitFor(entry: HealActionEntry, input: DecisionInput): Permit {
  const { at, history, onModule, module, policy, switches, proofOfHeal, approved } = input;
  const endedAt = onModule.lastEnded[entry.key];
  return permitModule({
    ...{ target: entry.target, category: entry.category, policy, switches, proofOfHeal, ...budgetWord(input) },
    hourUtc: new Date(at).getUTCHours(),
    isCore: module.criticality === "core",
    takesFeatures: entry.key === "degrade",
    attempts: {
      onIncident: history.filter(({ isBegun }) => isBegun).length,
      perIncident: LIMITS.healsPerIncident,
      withinHour: onModule.begunLastHour[entry.key] ?? 0,
      perHour: entry.perHour,
      failures: onModule.failures,
      failuresUntilOff: LIMITS.healFailuresUntilOff,
      secondsSinceLast: endedAt === undefined ? null : (Date.parse(at) - Date.parse(endedAt)) / 1_000,
      coolDownSeconds: entry.coolDownSeconds,
    },
    approvedBy: approved?.action === entry.key ? approved.by : null,
  });
}

const spoken = (key: string) => key.replaceAll("_", " ");

function tried({ entry, params }: Extract<Rung, { do: "try" }>, input: DecisionInput): Decision {
  const permit = permitFor(entry, input);
  const explain = `${spoken(entry.key)}, because ${input.incident.explain}`.slice(0, LIMITS.reasonCharacters);
  if (entry.level === 3) return { do: "plan", action: entry.key, permit, explain };
  return { do: "act", action: entry.key, params, permit, explain };
}

/**
 * Decides what is done next about an incident, and whether Center may do it by itself. Pure and total: decided again from the same input,
 * the decision is the same (`replayDecision`).
 */
export function decideHeal(input: DecisionInput): Decision {
  if (input.approved) {
    const entry = actionNamed(input.approved.action);
    const version = input.module.repairJobs.find(({ key }) => key === entry.job)?.version ?? 1;
    return tried({ do: "try", entry, params: entry.job === null ? {} : { job: entry.job, version } }, input);
  }
  const rung = nextRung(input);
  if (rung.do === "wait") return { do: "rest", why: rung.why, untilMs: rung.untilMs };
  if (rung.do === "exhausted") return { do: "call", why: rung.why };
  return tried(rung, input);
}

/** Whether others have a say in what would be tried next: the error budget and the proof of heal speak of repairs (level 2) alone. */
export function asksOthers(input: DecisionInput): boolean {
  const rung = nextRung(input);
  return rung.do === "try" && rung.entry.level === 2;
}

/** Digest of everything a decision was made of. */
export function inputsDigest(input: DecisionInput): string {
  return digestOf(input as unknown as Json);
}

/** Whether a stored decision still comes out of what was stored with it. */
export function replayDecision(stored: {
  readonly inputs: DecisionInput;
  readonly inputsDigest: string;
  readonly decision: Decision;
}): boolean {
  if (inputsDigest(stored.inputs) !== stored.inputsDigest) return false;
  return digestOf(decideHeal(stored.inputs) as unknown as Json) === digestOf(stored.decision as unknown as Json);
}
