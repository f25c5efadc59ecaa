import { STREAM_METRICS } from "@/lib/detection/detectors/plugin-streams";
import { advanceSpike, SPIKE, SPIKE_NUMBERS } from "@/lib/detection/detectors/spike";
import { advanceStream, newStream, packStream, SPIKE_BYTES, STREAM_BYTES, unpackStream } from "@/lib/detection/detectors/stream";

const METRICS = STREAM_METRICS.length;
/** Points a stream has seen before anything is timed, so that no stream is still in its minimum history. */
const WARM = 100;
const rounded = (value: number, digits = 2) => Number(value.toFixed(digits));
const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);

/** A point of cheap reproducible noise: the figure matters less than that it is not constant. */
function pointOf(stream: number, beat: number): number {
  const mixed = Math.imul(stream * 2_654_435_761 + beat * 40_503, 2_246_822_519) >>> 0;
  return 100 + (mixed % 1_000) / 100;
}

function scanSpikes(streams: number, beats: number): { seconds: number; raised: number } {
  const slab = new Float64Array(streams * SPIKE_NUMBERS);
  const scan = (beat: number) => {
    for (let stream = 0; stream < streams; stream += 1) advanceSpike(slab, stream * SPIKE_NUMBERS, pointOf(stream, beat), beat * 120);
  };
  for (let beat = 0; beat < WARM; beat += 1) scan(beat);
  const began = performance.now();
  for (let beat = WARM; beat < WARM + beats; beat += 1) scan(beat);
  const seconds = (performance.now() - began) / 1_000 / beats;
  let raised = 0;
  for (let stream = 0; stream < streams; stream += 1) raised += slab[stream * SPIKE_NUMBERS + SPIKE.raised] as number;
  return { seconds, raised };
}

function scanBanks(streams: number, beats: number): { seconds: number } {
  const store = new Uint8Array(streams * STREAM_BYTES);
  const look = (stream: number, points: number, from: number) => {
    const place = stream * STREAM_BYTES;
    const state = unpackStream(store.subarray(place, place + STREAM_BYTES)) ?? newStream(true);
    for (let beat = from; beat < from + points; beat += 1) advanceStream(state, pointOf(stream, beat), beat * 120);
    store.set(packStream(state), place);
  };
  for (let stream = 0; stream < streams; stream += 1) look(stream, WARM, 0);
  const began = performance.now();
  for (let beat = WARM; beat < WARM + beats; beat += 1) for (let stream = 0; stream < streams; stream += 1) look(stream, 1, beat);
  return { seconds: (performance.now() - began) / 1_000 / beats };
}

/** Feeds every stream `beats` points after a warm-up. Seconds are of one scan: one point for every stream. */
export function scanStreams({ plugins, banks, beats }: { plugins: number; banks: number; beats: number }) {
  const streams = plugins * METRICS;
  const bankStreams = banks * METRICS;
  const spike = scanSpikes(streams, beats);
  const bank = scanBanks(bankStreams, beats);
  return {
    plugins,
    streams,
    beats,
    spike_seconds: rounded(spike.seconds, 3),
    spike_microseconds_per_point: rounded((spike.seconds * 1e6) / streams, 3),
    spike_bytes_per_stream: SPIKE_BYTES,
    spike_megabytes: megabytes(streams * SPIKE_NUMBERS * 8),
    spikes_raised: spike.raised,
    bank_streams: bankStreams,
    bank_seconds: rounded(bank.seconds, 3),
    bank_microseconds_per_point: bankStreams === 0 ? 0 : rounded((bank.seconds * 1e6) / bankStreams),
    bank_bytes_per_stream: STREAM_BYTES,
    bank_megabytes: megabytes(bankStreams * STREAM_BYTES),
    peak_megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}
