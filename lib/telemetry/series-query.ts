import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";
import { chooseStep, STEPS, type Step } from "./steps";
import { SERIES_METRICS, type SeriesMetric } from "./types";

const DAY_MS = 86_400_000;
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const step = z
  .string()
  .refine((text) => STEPS.some((one) => String(one) === text), `one of ${STEPS.join(", ")}`)
  .transform((text) => Number(text) as Step);

/** Lengths of time that pages draw, in milliseconds; each ends now. */
export const SERIES_RANGES = { "1h": DAY_MS / 24, "24h": DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS } as const;
export type SeriesRange = keyof typeof SERIES_RANGES;
export const SERIES_RANGE_NAMES = ["1h", "24h", "7d", "30d"] as const satisfies readonly SeriesRange[];

/** The query of a series as it comes, every parameter as text. */
export const seriesQuery = z.strictObject({
  metric: z.enum(SERIES_METRICS),
  from: instant.optional(),
  to: instant.optional(),
  /** Instead of from and to: so long until now. */
  range: z.enum(SERIES_RANGE_NAMES).optional(),
  step: step.optional(),
  /** At most so many points are answered; a drawing needs no more than it has pixels. */
  points: z
    .string()
    .regex(/^\d{1,4}$/, "a whole number")
    .transform(Number)
    .refine((points) => points >= 3 && points <= LIMITS.seriesPoints, `3 to ${LIMITS.seriesPoints}`)
    .default(LIMITS.seriesPoints),
});

export interface SeriesSpan {
  readonly metric: SeriesMetric;
  readonly from: Date;
  readonly to: Date;
  readonly step: Step;
  readonly points: number;
}

/**
 * What a query of a series means: the last 24 hours unless it says otherwise, at most LIMITS.seriesDays, in the finest step that fits.
 *
 * @returns null for a span that ends before it begins, is too long, has too many steps to read, or is said twice
 */
export function spanOf(query: z.output<typeof seriesQuery>, now: Date): SeriesSpan | null {
  const { metric, from, to, range, step: wanted, points } = query;
  if (range && (from || to)) return null;
  const end = to ?? now;
  const begin = from ?? new Date(end.getTime() - SERIES_RANGES[range ?? "24h"]);
  const spanMs = end.getTime() - begin.getTime();
  const chosen = wanted ?? chooseStep(spanMs, LIMITS.seriesPoints);
  const isReadable = spanMs > 0 && spanMs <= LIMITS.seriesDays * DAY_MS && spanMs / (chosen * 1_000) <= LIMITS.seriesRows;
  return isReadable ? { metric, from: begin, to: end, step: chosen, points } : null;
}
