import { z } from "zod";
import { areRising, RISING_MESSAGE, severityBySteps, stepsOf } from "@/lib/detection/severity-by-steps";
import type { Rule } from "@/lib/detection/types";
import type { BeatSample } from "@/lib/telemetry/types";

/** Errors a minute of one code and fingerprint. */
const params = z.strictObject(stepsOf(1_000_000)).refine(areRising, RISING_MESSAGE);

interface Repeated {
  readonly code: string;
  readonly count: number;
}

/** The error a beat repeats most, its equal entries added up. */
function mostRepeated(beat: BeatSample): Repeated | null {
  const sums = new Map<string, Repeated>();
  for (const { code, fingerprint, count } of beat.errors) {
    const key = JSON.stringify([code, fingerprint]);
    sums.set(key, { code, count: (sums.get(key)?.count ?? 0) + count });
  }
  let most: Repeated | null = null;
  for (const repeated of sums.values()) if (!most || repeated.count > most.count) most = repeated;
  return most;
}

/** One and the same error comes again and again: a code path that is plainly broken, or a runaway retry. */
export const identicalErrors: Rule<typeof params> = {
  id: "identical_errors",
  type: "identical_errors",
  explain: "Errors a minute with the same code and fingerprint, counted since the beat before; an interval counts as a minute at least.",
  params,
  defaults: { low: 10, medium: 30, high: 100 },

  evaluate(window, params) {
    const last = window.beats.at(-1);
    const most = last ? mostRepeated(last) : null;
    if (!last || !most) return null;
    const previous = window.beats.at(-2);
    const seconds = previous ? (last.receivedAt.getTime() - previous.receivedAt.getTime()) / 1_000 : window.expectedIntervalSeconds;
    // Urgent beats come seconds apart: without this floor a handful of errors would look like hundreds a minute.
    const perMinute = most.count / Math.max(1, seconds / 60);
    const severity = severityBySteps(perMinute, params);
    if (!severity) return null;
    return {
      ruleId: "identical_errors",
      type: "identical_errors",
      severity,
      observedAt: last.receivedAt,
      statistic: "identical_errors_per_minute",
      value: perMinute,
      usual: { low: 0, high: params.low },
      explain: `${most.code} came ${most.count} times, ${Math.round(perMinute)} a minute, on version ${last.runningVersion}.`,
    };
  },

  mayFire: (beat, params) => (mostRepeated(beat)?.count ?? 0) >= params.low,
};
