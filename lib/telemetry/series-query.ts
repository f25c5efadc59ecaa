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

/** The query of a series as it comes, every parameter as text. */
export const seriesQuery = z.strictObject({
  metric: z.enum(SERIES_METRICS),
  from: instant.optional(),
  to: instant.optional(),
  step: step.optional(),
});

export interface SeriesSpan {
  readonly metric: SeriesMetric;
  readonly from: Date;
  readonly to: Date;
  readonly step: Step;
}

/**
 * What a query of a series means: the last 24 hours unless it says otherwise, at most LIMITS.seriesDays, in the finest step that fits.
 *
 * @returns null for a span that ends before it begins, is too long, or has too many steps to read
 */
export function spanOf({ metric, from, to, step: wanted }: z.output<typeof seriesQuery>, now: Date): SeriesSpan | null {
  const end = to ?? now;
  const begin = from ?? new Date(end.getTime() - DAY_MS);
  const spanMs = end.getTime() - begin.getTime();
  const chosen = wanted ?? chooseStep(spanMs, LIMITS.seriesPoints);
  const isReadable = spanMs > 0 && spanMs <= LIMITS.seriesDays * DAY_MS && spanMs / (chosen * 1_000) <= LIMITS.seriesRows;
  return isReadable ? { metric, from: begin, to: end, step: chosen } : null;
}
