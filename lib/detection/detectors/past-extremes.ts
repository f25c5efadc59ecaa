import { DETECTOR } from "./configuration";
import type { NoveltyState } from "./novelty-state";

const C = DETECTOR.novelty;
/** Logarithms are kept in steps of 1/1024: a thousandth of a value, and whole numbers add up without error. */
const UNIT = 1_024;
const LOWEST = -32_768;
const HIGHEST = 32_767;
const FADING = Math.log(C.recordKeep);

/** Puts a value among the channel's largest, which stay sorted, and drops the least of a full list. */
function keep(state: NoveltyState, channel: number, value: number): void {
  const { extremes, kept, sums } = state;
  const from = channel * C.extremes;
  const count = kept[channel] as number;
  let place = from + count;
  if (count < C.extremes) kept[channel] = count + 1;
  else {
    place -= 1;
    sums[channel] = (sums[channel] as number) - (extremes[place] as number);
  }
  while (place > from && (extremes[place - 1] as number) < value) {
    extremes[place] = extremes[place - 1] as number;
    place -= 1;
  }
  extremes[place] = value;
  sums[channel] = (sums[channel] as number) + value;
}

/**
 * How surprising one side of a statistic is against its own past, and takes it into that past.
 *
 * Two equal parts: how far it lies beyond the least of its largest values, in units of their own tail (Hill's estimator),
 * and how far it breaks a record that slowly fades. A value within its past is no surprise at all.
 *
 * @param value  > 0: how high (or low) the statistic is; anything else only lets the record fade
 * @returns >= 0, unitless
 *
 * Source: Hill (1975), Annals of Statistics 3:1163-1174.
 */
export function surpriseOf(state: NoveltyState, channel: number, value: number): number {
  const { extremes, kept, records, sums } = state;
  const count = kept[channel] as number;
  const record = records[channel] as number;
  if (!(value > 0)) {
    if (count > 0) records[channel] = record + FADING;
    return 0;
  }
  const log = Math.log(value);
  const whole = Math.max(LOWEST, Math.min(HIGHEST, Math.round(log * UNIT)));
  const least = count > 0 ? (extremes[channel * C.extremes + count - 1] as number) : LOWEST;
  let surprise = 0;
  if (count >= C.leastExtremes) {
    if (whole > least) {
      const tail = Math.max(((sums[channel] as number) / count - least) / UNIT, C.leastTail);
      surprise = (whole - least) / UNIT / tail;
    }
    if (log > record) surprise += C.recordWeight * (log - record);
  }
  records[channel] = count === 0 ? log : Math.max(log, record + FADING);
  if (count < C.extremes || whole > least) keep(state, channel, whole);
  return surprise;
}

/** The value that a channel exceeds only with its largest ones; 0 before it has seen any. */
export function usualLimit({ extremes, kept }: NoveltyState, channel: number): number {
  const count = kept[channel] as number;
  return count === 0 ? 0 : Math.exp((extremes[channel * C.extremes + count - 1] as number) / UNIT);
}
