import { z } from "zod";
import { areRising, RISING_MESSAGE, severityBySteps, stepsOf } from "@/lib/detection/severity-by-steps";
import type { Rule } from "@/lib/detection/types";

/** Milliseconds. */
const params = z.strictObject(stepsOf(600_000)).refine(areRising, RISING_MESSAGE);

/** Answers are slow: buyers wait at the till. */
export const latencyP95: Rule<typeof params> = {
  id: "latency_p95",
  type: "latency_p95",
  explain: "The 95th percentile of answer times. Slow must last two beats of one version; very slow is believed at once.",
  params,
  defaults: { low: 1_500, medium: 4_000, high: 10_000 },

  evaluate(window, params) {
    const last = window.beats.at(-1);
    const value = last?.telemetry.latency_p95_ms;
    if (!last || value === undefined) return null;
    const severity = severityBySteps(value, params);
    if (!severity) return null;
    const previous = window.beats.at(-2);
    const wasSlow = previous?.runningVersion === last.runningVersion && (previous.telemetry.latency_p95_ms ?? 0) >= params.low;
    if (severity === "low" && !wasSlow) return null;
    return {
      ruleId: "latency_p95",
      type: "latency_p95",
      severity,
      observedAt: previous && wasSlow ? previous.receivedAt : last.receivedAt,
      statistic: "latency_p95_ms",
      value,
      usual: { low: 0, high: params.low },
      explain: `95 % of answers take up to ${Math.round(value)} ms on version ${last.runningVersion}; up to ${params.low} ms is usual.`,
    };
  },

  mayFire: (beat, params) => (beat.telemetry.latency_p95_ms ?? 0) >= params.low,
};
