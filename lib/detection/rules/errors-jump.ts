import { z } from "zod";
import { counterRise } from "@/lib/detection/counter-rise";
import { severityBySteps } from "@/lib/detection/severity-by-steps";
import type { Rule } from "@/lib/detection/types";
import type { BeatSample } from "@/lib/telemetry/types";

const params = z.strictObject({
  /** Fewest new errors within the span that count as a jump. */
  min_rise: z.number().int().min(1).max(1_000_000),
  /** How many times the usual rise of such a span it must be. */
  factor: z.number().min(1).max(1_000),
  span_seconds: z.number().int().min(60).max(3_600),
});

/** New errors that one beat brought: by the counter where it is there, else by the 24 h figure, which also falls as errors age. */
function newErrors(previous: BeatSample, beat: BeatSample): number {
  const counted = counterRise(previous, beat, "errors_total");
  if (counted !== null) return counted;
  const before = previous.telemetry.errors_last_24h;
  const now = beat.telemetry.errors_last_24h;
  return before === undefined || now === undefined ? 0 : Math.max(0, now - before);
}

/** Deviations by which a jump must exceed what is usual: clumped counts have long tails. */
const DEVIATIONS = 6;
/** Webhooks before the span from which on traffic can be compared. */
const FEWEST_WEBHOOKS = 20;

interface Rises {
  readonly recent: number;
  readonly since: BeatSample;
  /** Errors an earlier span of the same length usually brought. */
  readonly usual: number;
  /** The most that one beat of the span brought. */
  readonly most: number;
  /** Standard deviation of that number: errors come in clumps. */
  readonly spread: number;
}

/** Splits the window at the span: what came within it on the running version, and what is usual before it. */
function risesOf(beats: readonly BeatSample[], last: BeatSample, spanSeconds: number): Rises {
  const from = last.receivedAt.getTime() - spanSeconds * 1_000;
  let recent = 0;
  let most = 0;
  let since = last;
  let earlier = 0;
  let earlierSeconds = 0;
  const sent = { recent: 0, recentSeconds: 0, earlier: 0 };
  let squares = 0;
  let beatsBefore = 0;
  for (const [index, beat] of beats.entries()) {
    const previous = beats[index - 1];
    if (!previous) continue;
    const rise = newErrors(previous, beat);
    const seconds = (beat.receivedAt.getTime() - previous.receivedAt.getTime()) / 1_000;
    const webhooks = counterRise(previous, beat, "webhooks_sent") ?? 0;
    if (beat.receivedAt.getTime() <= from) {
      earlier += rise;
      earlierSeconds += seconds;
      sent.earlier += webhooks;
      squares += rise * rise;
      beatsBefore += 1;
    } else if (beat.runningVersion === last.runningVersion) {
      if (recent === 0 && rise > 0) since = beat;
      recent += rise;
      most = Math.max(most, rise);
      sent.recent += webhooks;
      sent.recentSeconds += seconds;
    }
  }
  if (earlierSeconds === 0) return { recent, most, since, usual: 0, spread: 0 };
  // A sales surge brings more of everything, errors included: what counts is how many come with the same work.
  const isCounted = sent.earlier >= FEWEST_WEBHOOKS && sent.recentSeconds > 0;
  const surge = isCounted ? Math.max(1, sent.recent / sent.recentSeconds / (sent.earlier / earlierSeconds)) : 1;
  const variance = Math.max(0, squares / beatsBefore - (earlier / beatsBefore) ** 2);
  const spread = Math.sqrt(variance * spanSeconds * (beatsBefore / earlierSeconds)) * surge;
  return { recent, most, since, usual: (earlier / earlierSeconds) * spanSeconds * surge, spread };
}

/** Errors appear far faster than they usually do, and are still appearing. */
export const errorsJump: Rule<typeof params> = {
  id: "errors_jump",
  type: "errors_jump",
  explain: "New errors within the span, against the usual number of the hours before; the newest beat must still bring some.",
  params,
  defaults: { min_rise: 20, factor: 3, span_seconds: 600 },

  evaluate(window, params) {
    const last = window.beats.at(-1);
    const previous = window.beats.at(-2);
    if (!last || !previous || newErrors(previous, last) === 0) return null;
    // What happened within minutes must show in the 24 h figure too; a counter that says otherwise is not believed.
    if ((last.telemetry.errors_last_24h ?? params.min_rise) < params.min_rise) return null;

    const { recent, most, since, usual, spread } = risesOf(window.beats, last, params.span_seconds);
    const steps = { low: params.min_rise, medium: params.min_rise * 5, high: params.min_rise * 25 };
    // Where errors are usual one clump is no jump: what is not grave must be one without its largest beat too.
    const lasting = usual > 0 && recent < steps.medium ? recent - most : recent;
    if (lasting < params.min_rise || lasting < params.factor * usual || lasting < usual + DEVIATIONS * spread) return null;
    return {
      ruleId: "errors_jump",
      type: "errors_jump",
      severity: severityBySteps(recent, steps) ?? "low",
      observedAt: since.receivedAt,
      statistic: "new_errors",
      value: recent,
      usual: { low: 0, high: usual },
      explain: `${recent} new errors within ${Math.round(params.span_seconds / 60)} min on version ${last.runningVersion}; about ${Math.round(usual)} are usual.`,
    };
  },

  mayFire(beat, params, _previousBootId, errorsWithin) {
    const day = beat.telemetry.errors_last_24h;
    if (day !== undefined) return day >= params.min_rise;
    if ((beat.telemetry.errors_total ?? 0) === 0) return false;
    return (errorsWithin?.(params.span_seconds) ?? params.min_rise) >= params.min_rise;
  },
};
