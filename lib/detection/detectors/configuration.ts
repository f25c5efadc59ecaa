/**
 * The one frozen configuration of the detectors, for every stream of every metric, file and tenant. Points are what a stream
 * brings (a beat, a row); spans are counted in points. Rounded by hand on plateaus, never fitted to a single series.
 */
export const DETECTOR = {
  /** Raised whenever the meaning of serialised state changes: older state is then thrown away and learned anew. */
  stateVersion: 1,
  /** Points of a stream before anything may be raised. */
  minimumHistory: 60,
  spike: {
    /** Span of the running level and of the robust scale. */
    span: 100,
    /** Span of the plain scale, which remembers that a stream does have bursts. */
    longSpan: 1_000,
    /** Steps over which the usual size of a step is averaged, and points over which it is forgotten while nothing moves. */
    stepSpan: 30,
    stepForgetting: 1_000,
    /** Deviations beyond so many scales are cut before they are learned from; steps likewise. */
    cut: 3,
    stepCut: 5,
    /** The scale is never below this share of the level. */
    floorShare: 0.05,
    /** Points learned from uncut. */
    uncut: 20,
    /** Deviations below `least` are no evidence; nor is one point more than `most`, or `mostStill` where the stream hardly moves. */
    least: 3.5,
    most: 10,
    mostStill: 4.5,
    /** A stream in which fewer points than this share differ from the one before hardly moves. */
    stillShare: 0.2,
    /** Evidence that stays from point to point, and how much of it raises. */
    keep: 0.7,
    raise: 7.5,
  },
  novelty: {
    /** Past extremes kept per statistic and side. */
    extremes: 50,
    /** A statistic is judged once it has so many. */
    leastExtremes: 10,
    /** Least tail index, and the weight of breaking the decaying record against the tail. */
    leastTail: 0.02,
    recordWeight: 3,
    recordKeep: 0.9998,
    /** Evidence that stays from point to point; after a peak only one `overPeak` times higher is told within `quiet` points. */
    keep: 0.7,
    quiet: 100,
    overPeak: 2,
    /** Surprise at which the score is one half, and at which the product raises. */
    half: 40,
    raise: 120,
  },
} as const;
