import { counterRise } from "@/lib/detection/counter-rise";
import type { Finding } from "@/lib/detection/types";
import { LIMITS } from "@/lib/platform/limits";
import type { BeatSample } from "@/lib/telemetry/types";
import { explainStream } from "./explain-stream";
import { AS_COUNT, AS_REPORTED, type ReadingScale } from "./reading-scale";
import { SPIKE } from "./spike";
import { standingOf } from "./standing";
import { advanceStream, calm, newStream, packStream, type Stream, unpackStream } from "./stream";

/** The metrics of a plugin that are watched as streams, in the order in which they are stored. */
export const STREAM_METRICS = ["webhook_fail_rate", "errors_a_minute", "latency_p95_ms", "queue_depth", "memory_mb"] as const;

/** On what each of them is watched. All are the better the lower they are, so only what rises is trouble. */
export const SCALES: readonly ReadingScale[] = [AS_REPORTED, AS_COUNT, AS_REPORTED, AS_COUNT, AS_REPORTED];

/** What goes with the hours of the day whatever the load, and is judged by them too. */
const HOURLY: ReadonlySet<string> = new Set(["latency_p95_ms"]);

/** What a process holds begins anew with each boot, so it is no one stream across boots. */
const OF_ONE_BOOT: ReadonlySet<string> = new Set(["memory_mb"]);

/** Fewer webhooks than this say nothing about the share that fails. */
const FEW_WEBHOOKS = 5;

/** Points from which on a plugin's day is known; before that its first evening would be news. */
const DAY_POINTS = (24 * 60 * 60) / LIMITS.heartbeatSeconds;

/** Raised whenever a metric or its scale changes: what was learned on another scale is thrown away and learned anew. */
const READINGS_VERSION = 2;
/** The version, and room up to a multiple of eight. */
const HEADER_BYTES = 8;

/** A beat as detectors count it: `id` makes the place in the order unambiguous. */
export interface StreamBeat extends BeatSample {
  readonly id: string;
}

/** Something raised that the incidents have to hear of. */
export interface Raised {
  readonly finding: Finding;
  /** It has ended by itself; it is kept until the incidents were told. */
  readonly isOver: boolean;
}

/** What is remembered of one plugin between two looks. */
export interface PluginStreams {
  /** The last beat taken in; whatever is not after it was seen, or came too late to be. */
  readonly taken: { readonly at: Date; readonly id: string } | null;
  /** In the order of STREAM_METRICS. */
  readonly streams: readonly Stream[];
  readonly raised: readonly Raised[];
  /** Until when nothing is raised, because a new version has to show its usual figures first. */
  readonly calmUntil: Date | null;
}

/** A plugin that was never looked at. @param hasBanks whether its streams get the novelty bank beside the always-on channel */
export function newPluginStreams(hasBanks: boolean): PluginStreams {
  return { taken: null, streams: STREAM_METRICS.map(() => newStream(hasBanks)), raised: [], calmUntil: null };
}

/** All streams of a plugin as bytes, with the version of what is read into them. */
export function packStreams(streams: readonly Stream[]): Uint8Array {
  const packed = streams.map(packStream);
  const bytes = new Uint8Array(packed.reduce((sum, { length }) => sum + length, HEADER_BYTES));
  bytes[0] = READINGS_VERSION;
  let offset = HEADER_BYTES;
  for (const one of packed) {
    bytes.set(one, offset);
    offset += one.length;
  }
  return bytes;
}

/** @returns the streams, or null when the bytes are of another version, or of other metrics: then all is learned anew */
export function unpackStreams(bytes: Uint8Array): Stream[] | null {
  const packed = bytes.subarray(HEADER_BYTES);
  const size = packed.length / STREAM_METRICS.length;
  if (bytes[0] !== READINGS_VERSION || !Number.isInteger(size)) return null;
  const streams = STREAM_METRICS.map((_metric, index) => unpackStream(packed.subarray(index * size, (index + 1) * size)));
  return streams.every((stream) => stream !== null) ? streams : null;
}

function errorsAMinute(previous: StreamBeat | null, beat: StreamBeat): number {
  if (previous === null) return Number.NaN;
  const seconds = (beat.receivedAt.getTime() - previous.receivedAt.getTime()) / 1_000;
  const counted = counterRise(previous, beat, "errors_total");
  const [before, now] = [previous.telemetry.errors_last_24h, beat.telemetry.errors_last_24h];
  const fresh = counted ?? (before === undefined || now === undefined ? Number.NaN : Math.max(0, now - before));
  return (fresh / seconds) * 60;
}

/**
 * What one beat says of each metric, in its own unit and in the order of STREAM_METRICS; NaN where it says nothing.
 *
 * @param previous  the beat taken in before it, for what is counted; null when none is known
 */
export function readingsOf(previous: StreamBeat | null, beat: StreamBeat): number[] {
  const { webhook_fail_rate, latency_p95_ms, queue_depth, memory_mb } = beat.telemetry;
  const sent = counterRise(previous, beat, "webhooks_sent");
  const failRate = sent !== null && sent < FEW_WEBHOOKS ? Number.NaN : (webhook_fail_rate ?? Number.NaN);
  return [failRate, errorsAMinute(previous, beat), latency_p95_ms ?? Number.NaN, queue_depth ?? Number.NaN, memory_mb ?? Number.NaN];
}

function byReceipt(a: StreamBeat, b: StreamBeat): number {
  if (a.id === b.id) return 0;
  return a.receivedAt.getTime() - b.receivedAt.getTime() || (a.id < b.id ? -1 : 1);
}

/** Whether a beat lies behind another in the order in which streams are fed. */
function isAfter(beat: StreamBeat, taken: PluginStreams["taken"]): boolean {
  if (taken === null) return true;
  const difference = beat.receivedAt.getTime() - taken.at.getTime();
  return difference > 0 || (difference === 0 && beat.id > taken.id);
}

/** Whether a beat is far enough from the one before: beats of a watched plugin come every 15 s, and a stream has one pace. */
function isSpaced(beat: StreamBeat, taken: PluginStreams["taken"]): boolean {
  return taken === null || beat.receivedAt.getTime() - taken.at.getTime() >= LIMITS.streamSpacingSeconds * 1_000;
}

/** What is raised after one beat: new findings join, ended ones stay marked, and a finding keeps its first words. */
function merge(raised: readonly Raised[], current: readonly Finding[]): Raised[] {
  const kept = raised.map(({ finding }) => ({ finding, isOver: !current.some(({ ruleId }) => ruleId === finding.ruleId) }));
  const isKnown = (finding: Finding) => raised.some((known) => known.finding.ruleId === finding.ruleId);
  return [...kept, ...current.filter((finding) => !isKnown(finding)).map((finding) => ({ finding, isOver: false }))];
}

/** Whether the plugin was heard for a day. Its best known stream tells: one begins anew with each boot, others may lack figures. */
export function isKnown(streams: readonly Stream[]): boolean {
  return streams.some(({ spike }) => (spike[SPIKE.count] as number) >= DAY_POINTS);
}

/** What is known besides the streams when it has to be said what is trouble. */
interface Moment {
  readonly at: Date;
  /** Webhooks that failed since the beat before, where they are counted. */
  readonly failed: number | null;
  readonly raised: readonly Raised[];
}

/** What is raised about one stream and is trouble. */
function troubleOf(metric: string, stream: Stream, scale: ReadingScale, { at, failed, raised }: Moment): Finding[] {
  // A failed webhook or two are an anecdote, whatever share of a quiet shop's they are.
  if (metric === "webhook_fail_rate" && failed !== null && failed <= LIMITS.healthAnecdoteFailures) return [];
  const rises = explainStream(metric, stream, scale).flatMap(({ finding, isRise }) => (isRise ? finding : []));
  const isHourly = HOURLY.has(metric);
  if (!isHourly && !OF_ONE_BOOT.has(metric)) return rises;
  const isSaid = raised.some(({ finding }) => finding.ruleId === `standing:${metric}`);
  const standing = standingOf(metric, stream, isHourly, isSaid, at);
  // What a process holds wanders with its garbage: no shape of that is trouble, a level that climbs and stays is.
  const told = isHourly ? rises : rises.filter(({ ruleId }) => ruleId.startsWith("spike:"));
  return standing ? [...told, standing] : told;
}

function troubleIn(streams: readonly Stream[], moment: Moment): Finding[] {
  return streams.flatMap((stream, index) => troubleOf(STREAM_METRICS[index] as string, stream, SCALES[index] as ReadingScale, moment));
}

/** Feeds one beat to every stream. */
function take(state: PluginStreams, previous: StreamBeat | null, beat: StreamBeat, isHistory: boolean): PluginStreams {
  const at = beat.receivedAt;
  const isNewVersion = previous !== null && previous.runningVersion !== beat.runningVersion;
  const isNewBoot = previous !== null && previous.bootId !== beat.bootId;
  const calmUntil = isNewVersion ? new Date(at.getTime() + LIMITS.streamCalmSeconds * 1_000) : state.calmUntil;
  const readings = readingsOf(previous, beat);
  const streams = state.streams.map((stream, index) =>
    isNewBoot && OF_ONE_BOOT.has(STREAM_METRICS[index] as string) ? newStream(stream.novelty !== null) : stream,
  );
  for (const [index, stream] of streams.entries()) {
    const { watched } = SCALES[index] as ReadingScale;
    advanceStream(stream, watched(readings[index] as number), at.getTime() / 1_000);
  }
  const isQuiet = isHistory || !isKnown(streams) || (calmUntil !== null && at < calmUntil);
  if (isQuiet) for (const stream of streams) calm(stream);
  const moment: Moment = { at, failed: counterRise(previous, beat, "webhooks_failed"), raised: state.raised };
  const current = isQuiet ? [] : troubleIn(streams, moment);
  return { streams, calmUntil, taken: { at, id: beat.id }, raised: merge(state.raised, current) };
}

/**
 * Takes stored beats into a plugin's streams.
 *
 * Each beat counts once and in one order, that of receipt: what is not after the last one taken (a repetition, or one that
 * became visible late) is left out, and so is what comes closer than LIMITS.streamSpacingSeconds. What was raised and is over
 * stays until `forgetOver`, so that nothing is lost between two looks, nor told twice. Beats older than
 * LIMITS.streamHistorySeconds are learned from and raise nothing: that is history, not news. Nor does a plugin's first day.
 *
 * @param beats  in any order; the last one taken may be among them, which then serves counters as the beat before
 * @returns the plugin's new state; the streams themselves are changed in place
 */
export function advancePlugin(state: PluginStreams, beats: readonly StreamBeat[], now: Date): PluginStreams {
  const ordered = beats.toSorted(byReceipt);
  const since = now.getTime() - LIMITS.streamHistorySeconds * 1_000;
  let previous = ordered.find(({ id }) => id === state.taken?.id) ?? null;
  let next = state;
  for (const beat of ordered) {
    if (!isAfter(beat, next.taken) || !isSpaced(beat, next.taken)) continue;
    next = take(next, previous, beat, beat.receivedAt.getTime() < since);
    previous = beat;
  }
  return next;
}

/** The state once the incidents have heard of everything in it: what is over is forgotten. */
export function forgetOver(state: PluginStreams): PluginStreams {
  return { ...state, raised: state.raised.filter(({ isOver }) => !isOver) };
}
