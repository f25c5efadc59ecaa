/** The steps of the roll-ups in seconds, finest first: 5 minutes, an hour, a day (UTC). Each is made of whole steps of the one before. */
export const STEPS = [300, 3_600, 86_400] as const;
export type Step = (typeof STEPS)[number];

/** Start of the step in which an instant lies. */
export function startOfStep(at: Date, step: Step): Date {
  const ms = step * 1_000;
  return new Date(Math.floor(at.getTime() / ms) * ms);
}

/**
 * The finest step that draws a span with at most `points` points; the coarsest when none does.
 *
 * @param spanMs  length of what is drawn, milliseconds
 */
export function chooseStep(spanMs: number, points: number): Step {
  return STEPS.find((step) => spanMs / (step * 1_000) <= points) ?? 86_400;
}
