import { explainStream } from "@/lib/detection/detectors/explain-stream";
import { AS_COUNT, AS_REPORTED, AS_SHARE, type ReadingScale } from "@/lib/detection/detectors/reading-scale";
import { expectedBand, SPIKE } from "@/lib/detection/detectors/spike";
import { standingOf } from "@/lib/detection/detectors/standing";
import { advanceStream, calm, newStream, packStream, type Stream, unpackStream } from "@/lib/detection/detectors/stream";
import { LIMITS } from "@/lib/platform/limits";
import { readMeasure } from "./step-sums";
import { type Heard, MEASURES, type Measure, type ModuleStreams, type RaisedMeasure, type StepSums } from "./types";

/** On what scale each measure is watched. */
const SCALES: Readonly<Record<Measure, ReadingScale>> = {
  requests: AS_COUNT,
  error_rate: AS_SHARE,
  latency_p95_ms: AS_REPORTED,
  latency_p99_ms: AS_REPORTED,
  metered_units: AS_COUNT,
  unbilled_share: AS_REPORTED,
};

/** More can have been billed than was metered; nothing else falls below nothing. */
const LEAST: Readonly<Partial<Record<Measure, number>>> = { unbilled_share: -1 };

/** What drifts too slowly for the always-on channel, and has its hours: these have the bank beside it, where the row has banks. */
const BANKED: ReadonlySet<Measure> = new Set<Measure>(["latency_p95_ms", "latency_p99_ms"]);

/** Points from which on a day is known; before that the first evening would be news. */
const DAY_POINTS = (24 * 60 * 60) / LIMITS.moduleStepSeconds;
/** Raised whenever a measure or its scale changes: what was learned on another scale is learned anew. */
const READINGS_VERSION = 1;
const HEADER_BYTES = 8;

const isBanked = (measure: Measure, hasBanks: boolean) => hasBanks && BANKED.has(measure);

/** A module of which nothing is known yet. @param hasBanks  whether slow drifts are looked for too */
export function newModuleStreams(hasBanks: boolean): ModuleStreams {
  const streams = MEASURES.map((measure) => newStream(isBanked(measure, hasBanks)));
  return { takenAt: null, streams, raised: [], heard: {}, runningVersion: null, calmUntil: null };
}

/** All streams of a row as bytes. */
export function packModule(streams: readonly Stream[]): Uint8Array {
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

/** @returns the streams, or null when the bytes are of another version or not whole: then all is learned anew */
export function unpackModule(bytes: Uint8Array, hasBanks: boolean): Stream[] | null {
  if (bytes[0] !== READINGS_VERSION) return null;
  const sizes = newModuleStreams(hasBanks).streams.map((stream) => packStream(stream).length);
  if (bytes.length !== sizes.reduce((sum, size) => sum + size, HEADER_BYTES)) return null;
  let offset = HEADER_BYTES;
  const streams = sizes.map((size) => {
    offset += size;
    return unpackStream(bytes.subarray(offset - size, offset));
  });
  return streams.every((stream) => stream !== null) ? streams : null;
}

/** One step of a module, for one tenant or for all. */
export interface Step {
  readonly at: Date;
  /** Null where nobody told anything: that is unknown, and changes nothing. */
  readonly sums: StepSums | null;
  /** The version that runs. */
  readonly version: string | null;
  /** So long ago that it is learned from and raises nothing. */
  readonly isHistory: boolean;
  /** All tenants together. */
  readonly isOfAll?: boolean;
}

/** Whether it was heard for a day. */
function isKnown(streams: readonly Stream[]): boolean {
  return ((streams[0] as Stream).spike[SPIKE.count] as number) >= DAY_POINTS;
}

/** Level of the requests, on its own scale: what falls together with them is custom that stays away, and no fault. */
function usualRequests(streams: readonly Stream[]): number {
  return AS_COUNT.reported((streams[0] as Stream).spike[SPIKE.level] as number);
}

/** What is known of a step when it has to be said what is trouble. */
interface Moment extends Pick<Step, "at"> {
  readonly sums: StepSums;
  readonly before: ModuleStreams;
  readonly heard: Heard;
  /** Requests as they usually are. */
  readonly usual: number;
}

/** Whether what a detector raised is trouble and more than an anecdote. */
function isTrouble(measure: Measure, isRise: boolean, { sums, usual, heard: { value, expected } }: Moment): boolean {
  if (measure === "requests") return false;
  if (measure === "error_rate") return isRise && sums.errors >= LIMITS.moduleStepErrors;
  if (measure === "metered_units") {
    const isMeterLost = !isRise && sums.requests >= LIMITS.moduleStepRequests && sums.requests * 2 >= usual;
    return isRise ? value >= LIMITS.moduleStepUnits : isMeterLost && (expected?.low ?? 0) >= LIMITS.moduleStepUnits;
  }
  if (measure === "unbilled_share") {
    const away = expected === null ? 0 : Math.max(expected.low - value, value - expected.high);
    return Math.abs(sums.metered - sums.billed) >= LIMITS.moduleStepErrors && away >= LIMITS.moduleBilledShare;
  }
  return isRise && value >= LIMITS.moduleSlowLeastMs;
}

/** What is each tenant's own: bills of different rhythms added up are no rhythm, and what many have at once is seen at each. */
export const OF_TENANTS: ReadonlySet<Measure> = new Set<Measure>(["metered_units", "unbilled_share"]);

/** What is raised about one measure, and is trouble. */
function troubleOf(measure: Measure, stream: Stream, moment: Moment): RaisedMeasure[] {
  const { at, before, heard } = moment;
  const { value, expected } = heard;
  const isSaid = before.raised.some(({ ruleId }) => ruleId === `standing:${measure}`);
  const standing = BANKED.has(measure) ? standingOf(measure, stream, true, isSaid, at) : null;
  const explained = explainStream(measure, stream, SCALES[measure]);
  const all = [...explained, ...(standing ? [{ finding: standing, isRise: true }] : [])];
  return all.flatMap(({ finding, isRise }): RaisedMeasure[] => {
    const { ruleId, statistic, observedAt } = finding;
    const isSpike = ruleId.startsWith("spike:");
    if (!isTrouble(measure, isRise, moment)) return [];
    const words = isSpike ? null : finding.explain;
    return [{ ruleId, measure, since: observedAt.toISOString(), statistic, value, expected, words, ownOf: null }];
  });
}

/** What is raised after a step: new findings join, a finding keeps its first words, and what nothing was said of stays as it was. */
function merge(before: readonly RaisedMeasure[], current: readonly RaisedMeasure[], said: ReadonlySet<Measure>): RaisedMeasure[] {
  const kept = before.filter(({ ruleId, measure }) => !said.has(measure) || current.some((one) => one.ruleId === ruleId));
  return [...kept, ...current.filter(({ ruleId }) => !before.some((known) => known.ruleId === ruleId))];
}

/**
 * Takes one step into a module's streams; steps come in order, each once. What is said of too few requests, or not said at all, changes
 * nothing. The streams themselves are changed in place.
 */
export function advanceModule(before: ModuleStreams, { at, sums, version, isHistory, isOfAll = false }: Step): ModuleStreams {
  const takenAt = new Date(at.getTime() + LIMITS.moduleStepSeconds * 1_000);
  const isNewVersion = before.runningVersion !== null && version !== null && version !== before.runningVersion;
  const calmUntil = isNewVersion ? new Date(at.getTime() + LIMITS.streamCalmSeconds * 1_000) : before.calmUntil;
  const after = { ...before, takenAt, calmUntil, runningVersion: version ?? before.runningVersion };
  if (sums === null) return after;
  const usual = usualRequests(before.streams);
  const heard: Partial<Record<Measure, Heard>> = { ...before.heard };
  const said = new Set<Measure>();
  for (const [index, measure] of MEASURES.entries()) {
    const value = readMeasure(measure, sums);
    if (!Number.isFinite(value) || (isOfAll && OF_TENANTS.has(measure))) continue;
    const stream = before.streams[index] as Stream;
    const scale = SCALES[measure];
    heard[measure] = { at: at.toISOString(), value, expected: expectedBand(stream, scale, LEAST[measure]) };
    advanceStream(stream, scale.watched(value), at.getTime() / 1_000);
    said.add(measure);
  }
  const isQuiet = isHistory || !isKnown(before.streams) || (calmUntil !== null && at < calmUntil);
  if (isQuiet) for (const stream of before.streams) calm(stream);
  const current = isQuiet
    ? []
    : [...said].flatMap((measure) =>
        troubleOf(measure, before.streams[MEASURES.indexOf(measure)] as Stream, {
          ...{ at, sums, before, usual, heard: heard[measure] as Heard },
        }),
      );
  return { ...after, heard, raised: isQuiet ? [] : merge(before.raised, current, said) };
}
