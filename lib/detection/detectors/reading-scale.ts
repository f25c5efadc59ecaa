/** On what scale a metric is watched, and how its figures are told. */
export interface ReadingScale {
  /** From the metric's own unit, as beats report it, to the scale on which its stream is watched. */
  readonly watched: (reported: number) => number;
  /** The way back; never below what the metric can be. */
  readonly reported: (watched: number) => number;
  /** What is to be said beside a figure that has no meaning in the metric's own unit; null where the scales are one. */
  readonly note: string | null;
}

const same = (figure: number) => figure;

/** Shares, latencies and sizes are watched as they are reported. */
export const AS_REPORTED: ReadingScale = { watched: same, reported: same, note: null };

/**
 * Counts are watched on a scale on which their noise is the same at any level: else a busy hour's noise is news to a stream that
 * learned at night.
 *
 * Source: Anscombe (1948), Biometrika 35:246-254.
 */
export const AS_COUNT: ReadingScale = {
  watched: (count) => 2 * Math.sqrt(Math.max(0, count) + 3 / 8),
  reported: (watched) => Math.max(0, (Math.max(0, watched) / 2) ** 2 - 3 / 8),
  note: "on the square-root scale of counts",
};

/**
 * Shares of counted events are watched on a scale on which their noise does not depend on how many fail: else the first failure after a
 * clean day is as far from nothing as an outage.
 *
 * Source: Freeman & Tukey (1950), Annals of Mathematical Statistics 21:607-611 (arcsine of the square root).
 */
export const AS_SHARE: ReadingScale = {
  watched: (share) => 2 * Math.asin(Math.sqrt(Math.min(1, Math.max(0, share)))),
  reported: (watched) => Math.sin(Math.min(Math.PI, Math.max(0, watched)) / 2) ** 2,
  note: "on the arcsine scale of shares",
};
