import { z } from "zod";
import { areRising, RISING_MESSAGE, severityBySteps, stepsOf } from "@/lib/detection/severity-by-steps";
import { graver } from "@/lib/kernel/severity";
import { GRAVITY } from "../severity";
import { GOOD, type ModuleRule, type ModuleView, UNKNOWN } from "../types";
import { firstSeen, percent, sinceMinutes, sumOf } from "../windows";

/** Shares of what was metered, and fewest units. */
const params = z.strictObject({ ...stepsOf(1_000), leastOf: z.number().int().min(1).max(1_000_000) }).refine(areRising, RISING_MESSAGE);

/** Whole minutes alone: what is metered in the one under way may be billed a moment later. */
function units(view: ModuleView): { metered: number; billed: number } {
  const open = sinceMinutes(view.now, 2);
  const minutes = view.minutes.filter(({ minuteAt }) => minuteAt < open);
  return { metered: sumOf(minutes, "meteredUnits"), billed: sumOf(minutes, "billedUnits") };
}

/** What was used and what was charged for are not the same. */
export const billingGap: ModuleRule<typeof params> = {
  id: "billing_gap",
  type: "billing_anomaly",
  scope: "tenant",
  explain: "How far billed units lie from metered ones, as a share of the metered, over the whole minutes of fifteen.",
  params,
  defaults: { low: 0.1, medium: 0.25, high: 0.5, leastOf: 20 },

  judge(view, { leastOf, ...steps }) {
    const { metered, billed } = units(view);
    if (Math.max(metered, billed) < leastOf) return UNKNOWN;
    const gap = Math.abs(metered - billed);
    const share = gap / Math.max(metered, 1);
    const severity = severityBySteps(share, steps);
    if (!severity) return GOOD;
    const apart = view.minutes.filter(({ meteredUnits, billedUnits }) => meteredUnits !== billedUnits);
    return {
      is: "bad",
      type: "billing_anomaly",
      severity: graver(severity, GRAVITY[view.criticality]),
      observedAt: firstSeen(apart, view.now),
      statistic: "billing_gap",
      value: share,
      usual: steps.low,
      explain: `${view.moduleKey} metered ${metered} units and billed ${billed} within fifteen minutes (${percent(share)} apart).`,
      evidence: [
        { label: "metered_units", value: `${metered}` },
        { label: "billed_units", value: `${billed}` },
      ],
    };
  },

  amount: (view) => Math.abs(units(view).metered - units(view).billed),
};
