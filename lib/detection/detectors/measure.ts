import { AT, HALF_HOURS, HOURS, LEVEL_SPANS, type NoveltyState, RANGE_SPANS, SCALED_SPANS, STEP_SPANS } from "./novelty-state";

/** Index pairs into LEVEL_SPANS: fast against slow. */
const SHIFTS = [
  [0, 2],
  [1, 3],
  [2, 4],
  [3, 6],
  [4, 7],
] as const;
/** Index pairs into STEP_SPANS. */
const VOLATILITIES = [
  [0, 3],
  [1, 4],
  [2, 5],
  [4, 6],
] as const;
/** Where the level of each of SCALED_SPANS lies among LEVEL_SPANS; -1 is the point before. */
const SCALED_LEVELS = [-1, 0, 2, 4, 6] as const;
/** The same for the spans of relative deviations: 1, 10, 50, 200. */
const RELATIVE_LEVELS = [-1, 1, 3, 5] as const;
const TINY = 1e-9;
const DAY_SECONDS = 86_400;
/** Shorter runs of equal values are no flat line. */
const SHORT_RUN = 5;

/** Deviations of the new value from levels as they were before it. */
function measureDeviations({ numbers }: NoveltyState, value: number, out: Float64Array, from: number): number {
  const count = numbers[AT.count] as number;
  const previous = numbers[AT.previous] as number;
  const scale = numbers[AT.scale] as number;
  let next = from;
  for (let index = 0; index < SCALED_SPANS.length; index += 1) {
    const level = SCALED_LEVELS[index] as number;
    const off = value - (level < 0 ? previous : (numbers[AT.levels + level] as number));
    const size = numbers[AT.deviations + index] as number;
    out[next++] = off / (size + 0.5 * scale + TINY);
    numbers[AT.deviations + index] = size + (Math.abs(off) - size) / Math.min(count, 100);
  }
  for (let index = 0; index < RELATIVE_LEVELS.length; index += 1) {
    const place = RELATIVE_LEVELS[index] as number;
    const level = place < 0 ? previous : (numbers[AT.levels + place] as number);
    out[next++] = (value - level) / (Math.abs(level) + scale + TINY);
  }
  return next;
}

/** Takes the value into running levels and steps, and measures fast against slow ones. */
function measureShifts({ numbers }: NoveltyState, value: number, step: number, out: Float64Array): number {
  const count = numbers[AT.count] as number;
  for (let index = 0; index < LEVEL_SPANS.length; index += 1) {
    const level = numbers[AT.levels + index] as number;
    numbers[AT.levels + index] = level + (value - level) / Math.min(count, LEVEL_SPANS[index] as number);
  }
  for (let index = 0; index < STEP_SPANS.length && count > 1; index += 1) {
    const steps = numbers[AT.steps + index] as number;
    numbers[AT.steps + index] = count === 2 ? step : steps + (step - steps) / Math.min(count, STEP_SPANS[index] as number);
  }
  let next = 0;
  for (const [fast, slow] of SHIFTS) out[next++] = (numbers[AT.levels + fast] as number) - (numbers[AT.levels + slow] as number);
  for (const [fast, slow] of VOLATILITIES) {
    const usual = numbers[AT.steps + slow] as number;
    const ease = TINY + 0.05 * usual;
    out[next++] = Math.log(((numbers[AT.steps + fast] as number) + ease) / (usual + ease));
  }
  return next;
}

function measureRanges({ numbers, ring }: NoveltyState, value: number, out: Float64Array, from: number): number {
  const count = numbers[AT.count] as number;
  let place = numbers[AT.ringNext] as number;
  ring[place] = value;
  numbers[AT.ringNext] = (place + 1) % ring.length;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let back = 0;
  let next = from;
  for (const span of RANGE_SPANS) {
    for (const until = Math.min(span, count); back < until; back += 1) {
      const seen = ring[place] as number;
      if (seen < low) low = seen;
      if (seen > high) high = seen;
      place = place === 0 ? ring.length - 1 : place - 1;
    }
    out[next++] = high - low;
  }
  return next;
}

function measureHalfHour(state: NoveltyState, value: number, dayShare: number, out: Float64Array, from: number): number {
  const bin = Math.min(HALF_HOURS - 1, Math.floor(dayShare * HALF_HOURS));
  const seen = state.halfHourCount[bin] as number;
  const level = state.halfHourLevel[bin] as number;
  const off = seen > 0 ? value - level : 0;
  const lasting = state.numbers[AT.dayDeviation] as number;
  state.numbers[AT.dayDeviation] = lasting + (off - lasting) / 6;
  state.halfHourCount[bin] = Math.min(60, seen + 1);
  state.halfHourLevel[bin] = seen > 0 ? level + off / Math.min(seen + 1, 60) : value;
  out[from] = off;
  out[from + 1] = state.numbers[AT.dayDeviation] as number;
  return from + 2;
}

/** Deviation from the same hour of other days in that hour's own scale; 0 until the hour was seen four times. */
function measureHour(state: NoveltyState, value: number, dayShare: number): number {
  const bin = Math.min(HOURS - 1, Math.floor(dayShare * HOURS));
  const seen = state.hourCount[bin] as number;
  const level = seen > 0 ? (state.hourLevel[bin] as number) : value;
  const size = state.hourScale[bin] as number;
  const off = value - level;
  state.hourCount[bin] = Math.min(100, seen + 1);
  if (seen > 3) {
    state.hourScale[bin] = size + (Math.abs(off) - size) / seen;
    state.hourLevel[bin] = level + off / seen;
    return off / (size + 0.2 * (state.numbers[AT.scale] as number) + TINY);
  }
  const settled = level + off / (seen + 1);
  state.hourLevel[bin] = settled;
  state.hourScale[bin] = size + (Math.abs(value - settled) - size) / (seen + 1);
  return 0;
}

/**
 * Takes one point into the running figures and writes every statistic of it, in the order of STATISTICS.
 *
 * @param value    a finite number
 * @param seconds  Unix seconds, for the time of day alone
 * @param out      at least STATISTICS.length numbers
 */
export function measure(state: NoveltyState, value: number, seconds: number, out: Float64Array): void {
  const { numbers } = state;
  const count = (numbers[AT.count] as number) + 1;
  numbers[AT.count] = count;
  if (count === 1) {
    numbers[AT.previous] = value;
    numbers.fill(value, AT.levels, AT.levels + LEVEL_SPANS.length);
  }
  const previous = numbers[AT.previous] as number;
  const step = Math.abs(value - previous);
  const scale = numbers[AT.scale] as number;
  numbers[AT.scale] = scale + (step - scale) / Math.min(count, 1_000);
  const dayShare = (((seconds % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS) / DAY_SECONDS;
  // Deviations look at levels as they were, so they come before the levels move.
  const after = measureDeviations(state, value, out, SHIFTS.length + VOLATILITIES.length + RANGE_SPANS.length + 2);
  const run = count > 1 && step === 0 ? (numbers[AT.run] as number) + 1 : 0;
  numbers[AT.run] = run;
  out[after] = run > SHORT_RUN ? run : 0;
  out[after + 1] = measureHour(state, value, dayShare);
  const shifts = measureShifts(state, value, step, out);
  const ranges = measureRanges(state, value, out, shifts);
  measureHalfHour(state, value, dayShare, out, ranges);
  numbers[AT.previous] = value;
}
