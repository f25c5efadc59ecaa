import { DETECTOR } from "./configuration";
import type { ReadingScale } from "./reading-scale";

/** Places of a spike's state within a Float64Array: 12 numbers, 96 bytes. */
export const SPIKE = {
  count: 0,
  level: 1,
  robustScale: 2,
  plainScale: 3,
  usualStep: 4,
  steps: 5,
  previous: 6,
  movingShare: 7,
  evidence: 8,
  /** 1 while raised. */
  raised: 9,
  /** Unix seconds of the first point of the present or last rise. */
  since: 10,
  /** Deviation of the newest point, in scales, with its sign. */
  deviation: 11,
} as const;
export const SPIKE_NUMBERS = 12;

const C = DETECTOR.spike;
/** Keeps a division by zero away; no unit is that small. */
const TINY = 1e-9;

/** What the newest deviation would be measured in: the largest of three scales, never below a share of the level. */
export function spikeScale(state: Float64Array, at = 0): number {
  const floor = C.floorShare * Math.abs(state[at + SPIKE.level] as number) + TINY;
  const wide = Math.max(state[at + SPIKE.plainScale] as number, state[at + SPIKE.usualStep] as number);
  return Math.max(state[at + SPIKE.robustScale] as number, wide) + floor;
}

/** Evidence of one deviation, and whether it raises, keeps or ends an alarm. */
function judge(state: Float64Array, at: number, deviation: number, seconds: number): void {
  const size = Math.abs(deviation);
  const isStill = (state[at + SPIKE.movingShare] as number) < C.stillShare;
  const told = size > C.least ? Math.min(size, isStill ? C.mostStill : C.most) : 0;
  // Bounded, so that an alarm ends one or two points after the trouble, however long that lasted.
  const evidence = Math.min(C.most, (state[at + SPIKE.evidence] as number) * C.keep + told);
  state[at + SPIKE.evidence] = evidence;
  if (state[at + SPIKE.raised] === 1) {
    if (size < C.least && evidence < C.raise) state[at + SPIKE.raised] = 0;
  } else if (evidence > C.raise) {
    state[at + SPIKE.raised] = 1;
    state[at + SPIKE.since] = seconds;
  }
}

/** Learns from the point that was just judged; what is far off counts only up to its cut. */
function learn(state: Float64Array, at: number, value: number, scale: number): void {
  const count = state[at + SPIKE.count] as number;
  const level = state[at + SPIKE.level] as number;
  const off = value - level;
  const robust = state[at + SPIKE.robustScale] as number;
  const limit = count < C.uncut ? Number.POSITIVE_INFINITY : C.cut * (robust + C.floorShare * Math.abs(level) + TINY);
  const share = 1 / Math.min(count, C.span);
  const size = Math.abs(off);
  state[at + SPIKE.level] = level + share * Math.max(-limit, Math.min(limit, off));
  state[at + SPIKE.robustScale] = robust + share * (Math.min(size, limit) - robust);
  const plain = state[at + SPIKE.plainScale] as number;
  state[at + SPIKE.plainScale] = plain + (size - plain) / Math.min(count, C.longSpan);

  const step = Math.abs(value - (state[at + SPIKE.previous] as number));
  const usual = state[at + SPIKE.usualStep] as number;
  if (step > 0) {
    const steps = (state[at + SPIKE.steps] as number) + 1;
    state[at + SPIKE.steps] = steps;
    state[at + SPIKE.usualStep] = usual + (Math.min(step, C.stepCut * scale) - usual) / Math.min(steps, C.stepSpan);
  } else state[at + SPIKE.usualStep] = usual * (1 - 1 / C.stepForgetting);
  state[at + SPIKE.previous] = value;
}

/**
 * Takes one point into the always-on channel: far from the running level, in scales that the stream itself has shown.
 *
 * O(1), without allocation. Strong evidence raises at once, weaker evidence on the second point; the alarm ends when the
 * value is back and the evidence has faded.
 *
 * @param at       where the stream's state begins in `state`; all zeros is a stream that has seen nothing
 * @param value    a finite number
 * @param seconds  Unix seconds of the point, kept as the beginning of a rise
 */
export function advanceSpike(state: Float64Array, at: number, value: number, seconds: number): void {
  const count = (state[at + SPIKE.count] as number) + 1;
  state[at + SPIKE.count] = count;
  if (count === 1) {
    state[at + SPIKE.level] = value;
    state[at + SPIKE.previous] = value;
    state[at + SPIKE.movingShare] = 1;
    return;
  }
  const scale = spikeScale(state, at);
  const deviation = (value - (state[at + SPIKE.level] as number)) / scale;
  const moving = state[at + SPIKE.movingShare] as number;
  const hasMoved = value === state[at + SPIKE.previous] ? 0 : 1;
  state[at + SPIKE.movingShare] = moving + (hasMoved - moving) / Math.min(count, C.span);
  state[at + SPIKE.deviation] = deviation;
  if (count > DETECTOR.minimumHistory) judge(state, at, deviation, seconds);
  learn(state, at, value, scale);
}

/** Where the next value is expected, in the metric's own unit. */
export interface Expected {
  readonly low: number;
  readonly high: number;
}

/**
 * Where a stream's next value is expected: its running level, and as far from it as is no evidence yet.
 *
 * @param least  what the metric cannot fall below, in its own unit
 * @returns null before DETECTOR.minimumHistory points were seen
 */
export function expectedBand({ spike }: { readonly spike: Float64Array }, { reported }: ReadingScale, least = 0): Expected | null {
  if ((spike[SPIKE.count] as number) < DETECTOR.minimumHistory) return null;
  const level = spike[SPIKE.level] as number;
  const reach = C.least * spikeScale(spike);
  return { low: Math.max(least, reported(level - reach)), high: reported(level + reach) };
}
