import { CHANNELS } from "./channels";
import { DETECTOR } from "./configuration";

export const LEVEL_SPANS = [5, 10, 20, 50, 100, 200, 300, 1_000] as const;
export const STEP_SPANS = [5, 10, 30, 50, 100, 300, 1_000] as const;
/** Spans against whose level a deviation in scales is taken; the first is the point before. */
export const SCALED_SPANS = [1, 5, 20, 100, 300] as const;
export const RANGE_SPANS = [10, 30, 100] as const;
export const HALF_HOURS = 48;
export const HOURS = 24;
const RING = 100;

/** Places of single numbers in `numbers`. */
export const AT = {
  count: 0,
  previous: 1,
  run: 2,
  scale: 3,
  dayDeviation: 4,
  ringNext: 5,
  evidence: 6,
  quietFor: 7,
  peak: 8,
  raised: 9,
  since: 10,
  leading: 11,
  leadingValue: 12,
  levels: 13,
  steps: 13 + LEVEL_SPANS.length,
  deviations: 13 + LEVEL_SPANS.length + STEP_SPANS.length,
} as const;
const NUMBERS = AT.deviations + SCALED_SPANS.length;

/** The novelty bank's memory of one stream: views on one buffer, so that storing it is copying bytes. */
export interface NoveltyState {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly numbers: Float64Array;
  readonly halfHourLevel: Float64Array;
  readonly hourLevel: Float64Array;
  readonly hourScale: Float64Array;
  readonly ring: Float32Array;
  /** Natural logarithm of each channel's decaying record. */
  readonly records: Float32Array;
  /** Sum of each channel's extremes, as they lie in `extremes`. */
  readonly sums: Int32Array;
  /** Each channel's largest past values, falling, as natural logarithms in units of 1/1024. */
  readonly extremes: Int16Array;
  readonly kept: Uint8Array;
  readonly halfHourCount: Uint8Array;
  readonly hourCount: Uint8Array;
}

const DOUBLES = NUMBERS + HALF_HOURS + 2 * HOURS;
/** Bytes that the bank holds per stream. */
export const NOVELTY_BYTES =
  8 * DOUBLES + 4 * (RING + 2 * CHANNELS.length) + 2 * CHANNELS.length * DETECTOR.novelty.extremes + CHANNELS.length + HALF_HOURS + HOURS;

/**
 * Views on a bank's memory.
 *
 * @param stored  bytes as `state.bytes` once held them, copied; none for a stream that has seen nothing
 * @throws RangeError when they are not NOVELTY_BYTES long
 */
export function noveltyState(stored?: Uint8Array): NoveltyState {
  if (stored && stored.length !== NOVELTY_BYTES) throw new RangeError(`a bank has ${NOVELTY_BYTES} bytes, not ${stored.length}`);
  const buffer = new ArrayBuffer(NOVELTY_BYTES);
  const bytes = new Uint8Array(buffer);
  if (stored) bytes.set(stored);
  let offset = 0;
  const take = (length: number, size: number) => {
    const from = offset;
    offset += length * size;
    return from;
  };
  const doubles = (length: number) => new Float64Array(buffer, take(length, 8), length);
  const octets = (length: number) => new Uint8Array(buffer, take(length, 1), length);
  return {
    bytes,
    numbers: doubles(NUMBERS),
    halfHourLevel: doubles(HALF_HOURS),
    hourLevel: doubles(HOURS),
    hourScale: doubles(HOURS),
    ring: new Float32Array(buffer, take(RING, 4), RING),
    records: new Float32Array(buffer, take(CHANNELS.length, 4), CHANNELS.length),
    sums: new Int32Array(buffer, take(CHANNELS.length, 4), CHANNELS.length),
    extremes: new Int16Array(buffer, take(CHANNELS.length * DETECTOR.novelty.extremes, 2), CHANNELS.length * DETECTOR.novelty.extremes),
    kept: octets(CHANNELS.length),
    halfHourCount: octets(HALF_HOURS),
    hourCount: octets(HOURS),
  };
}
