import { DETECTOR } from "./configuration";
import type { ReadingScale } from "./reading-scale";
import { SPIKE, spikeScale } from "./spike";
import type { Stream } from "./stream";

/** Where the always-on channel expects the next value, in the metric's own unit. */
export interface Expected {
  readonly low: number;
  readonly high: number;
}

/**
 * Where the always-on channel expects a stream's next value: its running level, and as far from it as is no evidence yet.
 *
 * @param least  what the metric cannot fall below, in its own unit
 * @returns null before DETECTOR.minimumHistory points were seen
 */
export function expectedBand({ spike }: Stream, { reported }: ReadingScale, least = 0): Expected | null {
  if ((spike[SPIKE.count] as number) < DETECTOR.minimumHistory) return null;
  const level = spike[SPIKE.level] as number;
  const reach = DETECTOR.spike.least * spikeScale(spike);
  return { low: Math.max(least, reported(level - reach)), high: reported(level + reach) };
}
