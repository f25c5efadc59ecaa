import { z } from "zod";
import { areRising, RISING_MESSAGE, severityBySteps, stepsOf } from "@/lib/detection/severity-by-steps";
import type { Rule } from "@/lib/detection/types";

/** Waiting jobs. */
const params = z.strictObject(stepsOf(100_000_000)).refine(areRising, RISING_MESSAGE);

/** Work piles up faster than it is done. */
export const queueDepth: Rule<typeof params> = {
  id: "queue_depth",
  type: "queue_depth",
  explain: "Jobs that wait. A long queue must not be shrinking; a very long one is believed at once.",
  params,
  defaults: { low: 200, medium: 1_000, high: 5_000 },

  evaluate(window, params) {
    const last = window.beats.at(-1);
    const value = last?.telemetry.queue_depth;
    if (!last || value === undefined) return null;
    const severity = severityBySteps(value, params);
    if (!severity) return null;
    const before = window.beats.at(-2)?.telemetry.queue_depth;
    const isStuck = before !== undefined && before >= params.low && value >= before;
    if (severity === "low" && !isStuck) return null;
    return {
      ruleId: "queue_depth",
      type: "queue_depth",
      severity,
      observedAt: last.receivedAt,
      statistic: "queue_depth",
      value,
      usual: { low: 0, high: params.low },
      explain: `${Math.round(value)} jobs wait and the queue does not shrink by itself; up to ${params.low} are usual.`,
    };
  },

  mayFire: (beat, params) => (beat.telemetry.queue_depth ?? 0) >= params.low,
};
