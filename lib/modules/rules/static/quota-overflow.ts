import { z } from "zod";
import { areRising, RISING_MESSAGE, severityBySteps, stepsOf } from "@/lib/detection/severity-by-steps";
import { GOOD, type ModuleMinute, type ModuleRule, type ModuleView, UNKNOWN } from "../types";
import { firstSeen, lastMinutes, percent } from "../windows";

const MINUTES = 3;
/** Shares of an allowance; what lies exactly at it is used up and not over. */
const params = z.strictObject(stepsOf(1_000)).refine(areRising, RISING_MESSAGE);

const shareOf = ({ quotaUsed, quotaLimit }: ModuleMinute) => (quotaUsed !== null && quotaLimit ? quotaUsed / quotaLimit : null);

/** The fullest allowance. Of two tenants together nothing is added: each has its own. */
function fullest(view: ModuleView): { share: number; minute: ModuleMinute } | null {
  const shares = lastMinutes(view, MINUTES).flatMap((minute) => {
    const share = shareOf(minute);
    return share === null ? [] : [{ share, minute }];
  });
  return shares.sort((a, b) => b.share - a.share)[0] ?? null;
}

/** A tenant uses more than it was allowed, and nobody stopped it. */
export const quotaOverflow: ModuleRule<typeof params> = {
  id: "quota_overflow",
  type: "quota_overflow",
  scope: "tenant",
  explain: "How much of an allowance a tenant used, within three minutes.",
  params,
  defaults: { low: 1.01, medium: 1.25, high: 2 },

  judge(view, params) {
    const most = fullest(view);
    if (!most) return UNKNOWN;
    const severity = severityBySteps(most.share, params);
    if (!severity) return GOOD;
    const { quotaUsed, quotaLimit } = most.minute;
    return {
      is: "bad",
      type: "quota_overflow",
      severity,
      observedAt: firstSeen([most.minute], view.now),
      statistic: "quota_used",
      value: quotaUsed ?? 0,
      usual: quotaLimit,
      explain: `${quotaUsed} of an allowance of ${quotaLimit} were used in ${view.moduleKey} (${percent(most.share)}).`,
      evidence: [{ label: "tenant", value: most.minute.tenantId }],
    };
  },

  amount: (view) => ((fullest(view)?.share ?? 0) > 1 ? 1 : 0),
};
