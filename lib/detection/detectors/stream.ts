import { DETECTOR } from "./configuration";
import { advanceNovelty } from "./novelty";
import { AT, NOVELTY_BYTES, type NoveltyState, noveltyState } from "./novelty-state";
import { advanceSpike, SPIKE, SPIKE_NUMBERS } from "./spike";

/** Everything the detectors remember of one metric of one plugin, or of one file: changed in place, bounded for ever. */
export interface Stream {
  readonly spike: Float64Array;
  /** Null where only the always-on channel runs. */
  readonly novelty: NoveltyState | null;
}

/** Version, whether there is a bank, and room up to a multiple of eight. */
const HEADER_BYTES = 8;
/** What a stream takes when it is stored without its bank. */
export const SPIKE_BYTES = HEADER_BYTES + 8 * SPIKE_NUMBERS;
/** What a stream takes when it is stored with its bank. */
export const STREAM_BYTES = SPIKE_BYTES + NOVELTY_BYTES;

/** A stream that has seen nothing. */
export function newStream(hasBank: boolean): Stream {
  return { spike: new Float64Array(SPIKE_NUMBERS), novelty: hasBank ? noveltyState() : null };
}

/**
 * Takes the next point of a stream into both channels.
 *
 * The caller keeps the order and leaves out what is empty: a value that is not finite changes nothing.
 *
 * @param value    as the metric is reported, in any unit
 * @param seconds  Unix seconds of the point; only the time of day and the beginning of an alarm are taken from it
 * @returns the anomaly score, 0..1: how new the stream looks at this very point (0 without a bank)
 */
export function advanceStream(stream: Stream, value: number, seconds: number): number {
  if (!Number.isFinite(value)) return 0;
  const at = Number.isFinite(seconds) ? seconds : 0;
  advanceSpike(stream.spike, 0, value, at);
  return stream.novelty ? advanceNovelty(stream.novelty, value, at) : 0;
}

/** Whether the product would raise something about this stream now. */
export function isRaised({ spike, novelty }: Stream): boolean {
  return spike[SPIKE.raised] === 1 || novelty?.numbers[AT.raised] === 1;
}

/** Ends what is raised without forgetting anything that was learned: after a change of version, usual figures have to be seen anew. */
export function calm({ spike, novelty }: Stream): void {
  spike[SPIKE.raised] = 0;
  spike[SPIKE.evidence] = 0;
  if (!novelty) return;
  novelty.numbers[AT.raised] = 0;
  novelty.numbers[AT.evidence] = 0;
}

/** A stream as bytes, with the version of their meaning; `unpackStream` gives back a stream that goes on bit for bit. */
export function packStream({ spike, novelty }: Stream): Uint8Array {
  const bytes = new Uint8Array(novelty ? STREAM_BYTES : SPIKE_BYTES);
  bytes[0] = DETECTOR.stateVersion;
  bytes[1] = novelty ? 1 : 0;
  bytes.set(new Uint8Array(spike.buffer, spike.byteOffset, 8 * SPIKE_NUMBERS), HEADER_BYTES);
  if (novelty) bytes.set(novelty.bytes, SPIKE_BYTES);
  return bytes;
}

/** @returns the stream, or null when the bytes are of another version or not whole: then it is learned anew */
export function unpackStream(bytes: Uint8Array): Stream | null {
  const hasBank = bytes[1] === 1;
  if (bytes[0] !== DETECTOR.stateVersion || bytes.length !== (hasBank ? STREAM_BYTES : SPIKE_BYTES)) return null;
  // Copied into memory of its own: what a database hands out is a view on something larger, and not aligned.
  const spike = new Float64Array(new Uint8Array(bytes.subarray(HEADER_BYTES, SPIKE_BYTES)).buffer);
  return { spike, novelty: hasBank ? noveltyState(bytes.subarray(SPIKE_BYTES)) : null };
}
