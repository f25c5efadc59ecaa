import { LIMITS } from "@/lib/platform/limits";
import { typeInText } from "./code-types";
import { severityOf } from "./severity";
import { type Check, GOOD, type ModuleView, UNKNOWN, type Verdict } from "./types";

const PREFIX = "check:";
/** What fails once may be a moment in which two things were read apart; what fails in the next beat too is so. */
const BEATS = 2;

function judgeCheck(check: Check, view: ModuleView, lastSeen: Date): Verdict {
  if (check.isUnknown) return UNKNOWN;
  if (check.ok) return GOOD;
  if (check.failingBeats < BEATS) return UNKNOWN;
  const type = typeInText(check.detail) ?? "data_invalid";
  return {
    is: "bad",
    type,
    severity: severityOf(type, view.criticality),
    observedAt: check.failingSince ?? lastSeen,
    statistic: check.id,
    value: check.count ?? 1,
    usual: 0,
    explain: `${view.moduleKey} says of itself that ${check.id} does not hold: ${check.detail || "no more is said"}.`,
    evidence: [{ label: check.id, value: check.detail }],
  };
}

/** What a service says of its own checks and invariants, each as a rule `check:<id>`; nothing where its word is no longer fresh. */
export function judgeChecks(view: ModuleView): { readonly ruleId: string; readonly verdict: Verdict }[] {
  const { beat, now } = view;
  if (!beat || now.getTime() - beat.lastSeen.getTime() > LIMITS.moduleSilentSeconds * 1_000) return [];
  return beat.checks.map((check) => ({ ruleId: `${PREFIX}${check.id}`, verdict: judgeCheck(check, view, beat.lastSeen) }));
}
