import { z } from "zod";
import { areRising, RISING_MESSAGE, severityBySteps, stepsOf } from "@/lib/detection/severity-by-steps";
import { groupBy } from "@/lib/kernel/group-by";
import { typeOfCode } from "../code-types";
import { severityOf } from "../severity";
import { type ErrorCount, GOOD, type ModuleRule, type ModuleView, UNKNOWN } from "../types";
import { elapsedMinutes, firstSeen, lastErrors, lastMinutes, sumOf } from "../windows";

const MINUTES = 2;
/** Errors a minute of one code and fingerprint. */
const params = z.strictObject(stepsOf(1_000_000)).refine(areRising, RISING_MESSAGE);

/** The error that came most often, its minutes added up. */
function mostRepeated(view: ModuleView): { code: string; count: number; of: readonly ErrorCount[] } | null {
  const groups = groupBy(lastErrors(view, MINUTES), ({ code, fingerprint }) => `${code} ${fingerprint}`);
  const sums = [...groups.values()].map((of) => ({
    code: (of[0] as ErrorCount).code,
    count: of.reduce((sum, { count }) => sum + count, 0),
    of,
  }));
  return sums.sort((a, b) => b.count - a.count)[0] ?? null;
}

/** One and the same error comes again and again: a path that is plainly broken. */
export const identicalErrors: ModuleRule<typeof params> = {
  id: "identical_errors",
  type: "identical_errors",
  scope: "tenant",
  explain: "Errors a minute with the same code and fingerprint, over the last two minutes.",
  params,
  defaults: { low: 8, medium: 40, high: 150 },

  judge(view, params) {
    const most = mostRepeated(view);
    const perMinute = (most?.count ?? 0) / elapsedMinutes(view.now, MINUTES);
    const severity = severityBySteps(perMinute, params);
    if (!most || !severity) return sumOf(lastMinutes(view, MINUTES), "requests") > 0 ? GOOD : UNKNOWN;
    const named = typeOfCode(most.code);
    return {
      is: "bad",
      type: named ?? "identical_errors",
      severity: named ? severityOf(named, view.criticality) : severity,
      observedAt: firstSeen(most.of, view.now),
      statistic: "identical_errors_per_minute",
      value: perMinute,
      usual: params.low,
      explain: `${most.code} came ${most.count} times within two minutes, ${Math.round(perMinute)} a minute, in ${view.moduleKey}.`,
      evidence: [
        {
          label: most.code,
          value: `${most.count}`,
          ...(most.of[0]?.sampleTraceId ? { trace_id: most.of[0].sampleTraceId } : {}),
        },
      ],
    };
  },

  amount: (view) => mostRepeated(view)?.count ?? 0,
};
