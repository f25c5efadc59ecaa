import { z } from "zod";
import { areRising, RISING_MESSAGE, severityBySteps, stepsOf } from "@/lib/detection/severity-by-steps";
import { percentileOf } from "@/lib/modules/signals/latency-buckets";
import { GOOD, type ModuleRule, type ModuleView, UNKNOWN } from "../types";
import { firstSeen, lastMinutes, latencyOf, sumOf } from "../windows";

const MINUTES = 2;
/** Milliseconds, and fewest requests. */
const params = z.strictObject({ ...stepsOf(600_000), leastOf: z.number().int().min(1).max(1_000_000) }).refine(areRising, RISING_MESSAGE);

/** Whoever waits: a job may take as long as it takes. */
const answered = (view: ModuleView) => lastMinutes(view, MINUTES).filter(({ surface }) => surface !== "job");

/** Answers are slow: people wait. */
export const slowAnswers: ModuleRule<typeof params> = {
  id: "slow_answers",
  type: "perf_drift",
  scope: "tenant",
  explain: "The 95th percentile of answer times of the last two minutes, without background work.",
  params,
  defaults: { low: 2_000, medium: 5_000, high: 15_000, leastOf: 5 },

  judge(view, { leastOf, ...steps }) {
    const minutes = answered(view);
    const p95 = sumOf(minutes, "requests") >= leastOf ? percentileOf(latencyOf(minutes), 0.95) : null;
    if (p95 === null) return UNKNOWN;
    const severity = severityBySteps(p95, steps);
    if (!severity) return GOOD;
    const slow = minutes.filter(({ latency }) => (percentileOf(latency, 0.95) ?? 0) >= steps.low);
    const traced = slow.find(({ worstTraceId }) => worstTraceId !== null);
    return {
      is: "bad",
      type: "perf_drift",
      severity,
      observedAt: firstSeen(slow, view.now),
      statistic: "latency_p95_ms",
      value: p95,
      usual: steps.low,
      explain: `95 % of answers of ${view.moduleKey} take up to ${Math.round(p95)} ms; up to ${steps.low} ms is usual.`,
      evidence: traced?.worstTraceId ? [{ label: "slowest", value: "trace", trace_id: traced.worstTraceId }] : [],
    };
  },

  amount: (view) => answered(view).reduce((sum, { latency }) => sum + ((percentileOf(latency, 0.95) ?? 0) >= 1_000 ? 1 : 0), 0),
};
