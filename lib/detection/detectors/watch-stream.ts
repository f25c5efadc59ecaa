import type { Finding } from "@/lib/detection/types";
import { DETECTOR } from "./configuration";
import { AT, type NoveltyState } from "./novelty-state";
import {
  advancePlugin,
  forgetOver,
  newPluginStreams,
  type PluginStreams,
  type Raised,
  readingsOf,
  SCALES,
  STREAM_METRICS,
  type StreamBeat,
} from "./plugin-streams";
import type { ReadingScale } from "./reading-scale";
import { type Expected, expectedBand, SPIKE } from "./spike";
import { newStream, type Stream } from "./stream";

export type StreamMetric = (typeof STREAM_METRICS)[number];

/** One beat as the detectors took it: what it said of the metric, and what was expected before it was seen. */
export interface WatchedPoint {
  readonly at: Date;
  readonly value: number;
  /** Null while the stream is still being learned: nothing is judged then. */
  readonly expected: Expected | null;
  /** How new the stream looked, 0..1; 0 where only the always-on channel runs. */
  readonly score: number;
  /** Whether anything was raised about the metric once this beat was in. */
  readonly isRaised: boolean;
}

/** Something that was raised about the metric, from its first point until the beat that ended it. */
export interface Episode {
  readonly finding: Finding;
  readonly until: Date | null;
}

/** Detectors that are fed again with stored beats, and what they said of one metric meanwhile. */
export interface StreamWatch {
  readonly metric: StreamMetric;
  readonly state: PluginStreams;
  readonly previous: StreamBeat | null;
  readonly episodes: readonly Episode[];
}

/** Detectors that know nothing yet. @param hasBank  whether the novelty bank runs beside the always-on channel, as it does for the plugin */
export function newWatch(metric: StreamMetric, hasBank: boolean): StreamWatch {
  // Banks of the other metrics say nothing about this one, and would cost most of a replay.
  const streams = STREAM_METRICS.map((name) => newStream(hasBank && name === metric));
  return { metric, state: { ...newPluginStreams(false), streams }, previous: null, episodes: [] };
}

function scaleOf(metric: StreamMetric): ReadingScale {
  return SCALES[STREAM_METRICS.indexOf(metric)] as ReadingScale;
}

/** Where the next value of a metric is expected; null before DETECTOR.minimumHistory points were seen. */
export function expectedNext(metric: StreamMetric, stream: Stream): Expected | null {
  return expectedBand(stream, scaleOf(metric));
}

/** The newest value that a stream has seen, in the metric's own unit; null when it has seen none. */
export function newestOf(metric: StreamMetric, { spike }: Stream): number | null {
  return (spike[SPIKE.count] as number) > 0 ? scaleOf(metric).reported(spike[SPIKE.previous] as number) : null;
}

/** What is raised about one metric, of all that is raised about a plugin. */
export function raisedAbout(metric: StreamMetric, raised: readonly Raised[]): Raised[] {
  return raised.filter(({ finding }) => finding.ruleId.endsWith(`:${metric}`));
}

/** The score that the newest point was given: told evidence is what `quietFor` and `peak` were just set by. */
function newestScore(novelty: NoveltyState | null): number {
  if (!novelty || novelty.numbers[AT.quietFor] !== DETECTOR.novelty.quiet) return 0;
  const told = novelty.numbers[AT.peak] as number;
  return told / (told + DETECTOR.novelty.half);
}

function episodesAfter({ episodes, metric }: StreamWatch, { raised, taken }: PluginStreams): Episode[] {
  const own = raisedAbout(metric, raised);
  const known = episodes.map((episode) => {
    const isGoing = own.some(({ finding, isOver }) => finding.ruleId === episode.finding.ruleId && !isOver);
    return episode.until === null && !isGoing ? { ...episode, until: taken?.at ?? null } : episode;
  });
  const isKnown = ({ ruleId }: Finding) => known.some(({ finding, until }) => until === null && finding.ruleId === ruleId);
  const fresh = own.filter(({ finding, isOver }) => !isOver && !isKnown(finding)).map(({ finding }) => ({ finding, until: null }));
  return [...known, ...fresh];
}

/**
 * Gives the detectors one more stored beat, exactly as production does (`advancePlugin`), as if it had just come.
 *
 * @param beat  in order of receipt; what production would leave out (too close to the one before, or seen) is left out here too
 * @returns what they know now (streams change in place), and the beat as a point; null where it said nothing about the metric
 */
export function watchBeat(watch: StreamWatch, beat: StreamBeat): { readonly watch: StreamWatch; readonly point: WatchedPoint | null } {
  const index = STREAM_METRICS.indexOf(watch.metric);
  const before = watch.state.streams[index] as Stream;
  const expected = expectedNext(watch.metric, before);
  const beats = watch.previous ? [watch.previous, beat] : [beat];
  const after = advancePlugin(watch.state, beats, beat.receivedAt);
  if (after === watch.state) return { watch, point: null };
  const stream = after.streams[index] as Stream;
  const value = readingsOf(watch.previous, beat)[index] as number;
  const next = { ...watch, state: forgetOver(after), previous: beat, episodes: episodesAfter(watch, after) };
  if (!Number.isFinite(value)) return { watch: next, point: null };
  const point = {
    at: beat.receivedAt,
    value,
    // A stream that began anew with this beat expected nothing of it.
    expected: stream === before ? expected : null,
    score: newestScore(stream.novelty),
    isRaised: next.episodes.some(({ until }) => until === null),
  };
  return { watch: next, point };
}
