import { z } from "zod";
import { areRising, RISING_MESSAGE, severityBySteps, stepsOf } from "@/lib/detection/severity-by-steps";
import type { ModuleFindingType } from "@/lib/modules/types";
import { typeOfErrors } from "../code-types";
import { severityOf } from "../severity";
import { type ErrorCount, GOOD, type ModuleMinute, type ModuleRule, type ModuleView, UNKNOWN } from "../types";
import { codesAsEvidence, firstSeen, lastErrors, lastMinutes, percent, sumOf } from "../windows";

const MINUTES = 2;
const params = z
  .strictObject({ ...stepsOf(1_000), least: z.number().int().min(1).max(1_000_000), leastOf: z.number().int().min(1).max(1_000_000) })
  .refine(areRising, RISING_MESSAGE);
type Params = z.infer<typeof params>;

/** What a share is counted from. */
interface Counted {
  readonly id: string;
  readonly type: ModuleFindingType;
  readonly explain: string;
  readonly defaults: Params;
  readonly statistic: string;
  /** What there is too much of, in words: "requests failed". */
  readonly words: string;
  /** What is wrong, of what there is. */
  count(minutes: readonly ModuleMinute[], errors: readonly ErrorCount[]): number;
  /** Minutes that are looked at. */
  among?(minute: ModuleMinute): boolean;
  /** Whether errors that say something sharper give it their name. */
  readonly isNamedByErrors: boolean;
}

/**
 * A rule about how much of a module's work of the last two minutes goes wrong: a share with steps, and fewest counts below which a share
 * is an anecdote. Without enough work it is unknown, and only work that went well is good.
 */
export function shareRule(counted: Counted): ModuleRule<typeof params> {
  const look = (view: ModuleView) => {
    const minutes = lastMinutes(view, MINUTES).filter((minute) => counted.among?.(minute) ?? true);
    const errors = lastErrors(view, MINUTES);
    return { minutes, errors, count: counted.count(minutes, errors), of: sumOf(minutes, "requests") };
  };
  return {
    id: counted.id,
    type: counted.type,
    scope: "tenant",
    explain: counted.explain,
    params,
    defaults: counted.defaults,

    judge(view, { least, leastOf, ...steps }) {
      const { minutes, errors, count, of } = look(view);
      const share = of > 0 ? count / of : count > 0 ? Number.POSITIVE_INFINITY : 0;
      const severity = count >= least && Math.max(of, count) >= leastOf ? severityBySteps(share, steps) : null;
      if (!severity) return of > 0 && share < steps.low ? GOOD : UNKNOWN;
      const named = counted.isNamedByErrors ? typeOfErrors(errors) : null;
      const wrong = minutes.filter((minute) => counted.count([minute], []) > 0);
      return {
        is: "bad",
        type: named ?? counted.type,
        severity: named ? severityOf(named, view.criticality) : severity,
        observedAt: firstSeen([...wrong, ...(wrong.length === 0 ? errors : [])], view.now),
        statistic: counted.statistic,
        value: Number.isFinite(share) ? share : count,
        usual: steps.low,
        explain: `${count} of ${of} ${counted.words} in ${view.moduleKey} within two minutes${of > 0 ? ` (${percent(share)})` : ""}.`,
        evidence: codesAsEvidence(errors),
      };
    },

    amount: (view) => look(view).count,
  };
}
