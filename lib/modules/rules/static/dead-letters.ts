import { z } from "zod";
import { areRising, RISING_MESSAGE, severityBySteps, stepsOf } from "@/lib/detection/severity-by-steps";
import { GOOD, type ModuleRule, type ModuleView, UNKNOWN } from "../types";
import { codesAsEvidence, firstSeen, lastErrors, lastMinutes, sumOf } from "../windows";

const MINUTES = 5;
/** Dead letters within the whole window. */
const params = z.strictObject(stepsOf(1_000_000)).refine(areRising, RISING_MESSAGE);

const fresh = (view: ModuleView) => sumOf(lastMinutes(view, MINUTES), "deadLetters");

/** Work was given up for good, and more of it just now. */
export const deadLetters: ModuleRule<typeof params> = {
  id: "dead_letters",
  type: "dead_letters",
  scope: "tenant",
  explain: "Work that was given up within fifteen minutes, as long as more was within the last five.",
  params,
  defaults: { low: 1, medium: 5, high: 20 },

  judge(view, params) {
    const total = sumOf(view.minutes, "deadLetters");
    const severity = fresh(view) > 0 ? severityBySteps(total, params) : null;
    if (!severity) return view.minutes.length > 0 ? GOOD : UNKNOWN;
    const given = view.minutes.filter(({ deadLetters }) => deadLetters > 0);
    return {
      is: "bad",
      type: "dead_letters",
      severity,
      observedAt: firstSeen(given, view.now),
      statistic: "dead_letters",
      value: total,
      usual: 0,
      explain: `${view.moduleKey} gave up ${total} jobs within fifteen minutes, ${fresh(view)} of them within five.`,
      evidence: codesAsEvidence(lastErrors(view, MINUTES)),
    };
  },

  amount: fresh,
};
