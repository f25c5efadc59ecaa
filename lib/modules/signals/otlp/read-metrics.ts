import { sha256Hex } from "@/lib/kernel/canonical-json";
import { clipText } from "@/lib/kernel/clip-text";
import { LIMITS } from "@/lib/platform/limits";
import type { BatchUnderWay } from "../batch-under-way";
import { isTimely } from "../clean-values";
import { bucketOf, fromBounds } from "../latency-buckets";
import type { Measure, Surface } from "../types";
import { type Attributes, amountOf, attributesOf, instantOf, listOf, numberOf, objectOf, type Plain, textOf } from "./otlp-values";
import type { Told } from "./tell-new";
import { type FramedItem, itemsOf, surfaceOf, tenantOfItem } from "./walk-items";

/** What a metric of a known name means: requests with their durations, a sum, or a level. */
type Meaning =
  | { readonly is: "requests"; readonly scale: number; readonly surface: Surface }
  | { readonly is: "database"; readonly scale: number; readonly surface: Surface }
  | {
      readonly is: "sum";
      readonly field: "retries" | "deadLetters" | "timeouts" | "meteredUnits" | "billedUnits";
      readonly surface: Surface;
    }
  | { readonly is: "level"; readonly field: "queueDepth" | "queueCapacity" | "quotaUsed" | "quotaLimit"; readonly surface: Surface };

/** Names by OpenTelemetry's semantic conventions, and endings of an application's own; what is not here is taken and not kept. */
const MEANINGS: readonly (readonly [RegExp, Meaning])[] = [
  [/^http\.server\.request\.duration$/, { is: "requests", scale: 1_000, surface: "tenant" }],
  [/^http\.server\.duration$/, { is: "requests", scale: 1, surface: "tenant" }],
  [/^http\.client\.request\.duration$/, { is: "requests", scale: 1_000, surface: "integration" }],
  [/^db\.client\.operation\.duration$/, { is: "database", scale: 1_000, surface: "tenant" }],
  [/(^|[._])retries$/, { is: "sum", field: "retries", surface: "job" }],
  [/(^|[._])dead_letters$/, { is: "sum", field: "deadLetters", surface: "job" }],
  [/(^|[._])timeouts$/, { is: "sum", field: "timeouts", surface: "tenant" }],
  [/(^|[._])metered_units$/, { is: "sum", field: "meteredUnits", surface: "tenant" }],
  [/(^|[._])billed_units$/, { is: "sum", field: "billedUnits", surface: "tenant" }],
  [/(^|[._])queue\.(depth|size|length)$/, { is: "level", field: "queueDepth", surface: "job" }],
  [/(^|[._])queue\.(capacity|limit)$/, { is: "level", field: "queueCapacity", surface: "job" }],
  [/(^|[._])quota\.used$/, { is: "level", field: "quotaUsed", surface: "tenant" }],
  [/(^|[._])quota\.limit$/, { is: "level", field: "quotaLimit", surface: "tenant" }],
];
/** Metrics that count the requests which spans of kind server count too. */
export const SERVED = /^http\.server\./;
const CUMULATIVE = 2;

/** One point of a counter or histogram: how much was told since when, and what it adds once it is known what of that is new. */
export interface Point {
  readonly tenantId: string;
  readonly series: string;
  readonly metric: string;
  readonly isCumulative: boolean;
  readonly startedAt: Date;
  readonly toldAt: Date;
  readonly told: Told;
  readonly measureOf: (fresh: Told) => Measure;
}

const inOrder = (map: Attributes) => Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1));

/** A resource may be large and have thousands of points: it is put in order once, and no point costs more for it. */
const resourceDigests = new WeakMap<Attributes, string>();

function resourceDigest(resource: Attributes): string {
  const known = resourceDigests.get(resource);
  if (known !== undefined) return known;
  const digest = sha256Hex(JSON.stringify(inOrder(resource)));
  resourceDigests.set(resource, digest);
  return digest;
}

/** What tells one counter from another: its sender, its scope, its name and its attributes, in any order. */
function seriesOf(framed: FramedItem, metric: string, attributes: Attributes, tenantId: string): string {
  const named = [tenantId, resourceDigest(framed.resource), framed.scopeName, metric, inOrder(attributes)];
  return sha256Hex(JSON.stringify(named)).slice(0, 32);
}

function exponentialLatency(point: Plain, scale: number): Record<string, number> {
  const positive = objectOf(point.positive);
  const base = 2 ** (2 ** -(numberOf(point.scale) ?? 0));
  const offset = numberOf(positive.offset) ?? 0;
  const latency: Record<string, number> = {};
  const add = (ms: number, count: number) => {
    if (count > 0) latency[bucketOf(ms)] = (latency[bucketOf(ms)] ?? 0) + count;
  };
  add(0, amountOf(point.zeroCount));
  const counts = Array.isArray(positive.bucketCounts) ? positive.bucketCounts : [];
  for (const [index, count] of counts.slice(0, 400).entries()) add(base ** (offset + index + 0.5) * scale, amountOf(count));
  return latency;
}

function toldOf(point: Plain, isExponential: boolean, scale: number): Told {
  const firstOf = (list: unknown) => (Array.isArray(list) ? list.slice(0, 400) : []);
  const value = amountOf(point.asDouble ?? point.asInt);
  if (point.count === undefined) return { sum: value, count: value, latency: {} };
  const bounds = firstOf(point.explicitBounds).map((bound) => (numberOf(bound) ?? 0) * scale);
  const latency = isExponential ? exponentialLatency(point, scale) : fromBounds(bounds, firstOf(point.bucketCounts).map(amountOf));
  return { sum: amountOf((numberOf(point.sum) ?? 0) * scale), count: amountOf(point.count), latency };
}

function isFailure(attributes: Attributes): boolean {
  const status = numberOf(attributes["http.response.status_code"] ?? attributes["http.status_code"]) ?? 0;
  return status >= 500 || (status === 0 && attributes["error.type"] !== undefined);
}

function measureFrom(meaning: Meaning, place: Pick<Measure, "tenantId" | "at" | "surface">, attributes: Attributes): Point["measureOf"] {
  return ({ sum, count, latency }) => {
    if (meaning.is === "sum") return { ...place, [meaning.field]: sum };
    const failed = isFailure(attributes) ? count : 0;
    if (meaning.is === "database") return { ...place, dbErrors: attributes["error.type"] === undefined ? 0 : count };
    const isLate = /time.?out|deadline/i.test(textOf(attributes["error.type"]) ?? "");
    return { ...place, requests: count, errors: failed, timeouts: isLate ? count : 0, latencyMsSum: sum, latency };
  };
}

interface Found {
  readonly framed: FramedItem;
  readonly metric: string;
  readonly data: Plain;
  readonly isLevel: boolean;
  readonly isExponential: boolean;
}

function readPoint(found: Found, meaning: Meaning, point: Plain, batch: BatchUnderWay): Point | null {
  const { framed, metric, data } = found;
  const attributes = attributesOf(point.attributes);
  const at = instantOf(point.timeUnixNano);
  if (at === null || !isTimely(at, batch.sender.now)) {
    batch.refuse(framed.line, "ERR_INVALID", `${clipText(metric, 100)}: told too long ago, or in the future`);
    return null;
  }
  const tenantId = tenantOfItem(batch, framed, attributes, null);
  if (tenantId === null) return null;
  const place = { tenantId, at, surface: surfaceOf(framed, attributes, meaning.surface) };
  if (meaning.is === "level") {
    const level = numberOf(point.asDouble ?? point.asInt);
    batch.take(level === null ? {} : { measures: [{ ...place, [meaning.field]: level }] });
    return null;
  }
  batch.take({});
  // A level of a name that should rise says nothing that could be added up.
  if (found.isLevel) return null;
  return {
    tenantId,
    series: seriesOf(framed, metric, attributes, tenantId),
    metric,
    isCumulative: numberOf(data.aggregationTemporality) === CUMULATIVE,
    startedAt: instantOf(point.startTimeUnixNano) ?? at,
    toldAt: at,
    told: toldOf(point, found.isExponential, meaning.is === "sum" ? 1 : meaning.scale),
    measureOf: measureFrom(meaning, place, attributes),
  };
}

/**
 * Takes the metrics of an OTLP request into a batch.
 * @returns the points of which only what is new since they were last told counts
 * @throws Refusal unreadable
 */
export function readOtlpMetrics(request: Plain, batch: BatchUnderWay): readonly Point[] {
  const points: Point[] = [];
  for (const framed of itemsOf(request, "metrics", batch)) {
    const { item } = framed;
    const name = textOf(item.name) ?? "";
    const isNamed = name.length <= LIMITS.signalNameCharacters;
    const metric = clipText(name, LIMITS.signalNameCharacters);
    const meaning = MEANINGS.find(([known]) => known.test(metric))?.[1];
    const data = objectOf(item.gauge ?? item.sum ?? item.histogram ?? item.exponentialHistogram);
    const isExponential = item.exponentialHistogram !== undefined;
    const found = { framed, metric, data, isLevel: item.gauge !== undefined, isExponential };
    for (const point of listOf(data.dataPoints)) {
      if (!batch.makeRoom(framed.line, 1)) continue;
      if (!isNamed) {
        batch.refuse(framed.line, "ERR_INVALID", `A name of more than ${LIMITS.signalNameCharacters} characters`);
        continue;
      }
      const read = meaning ? readPoint(found, meaning, point, batch) : null;
      if (!meaning) batch.take({});
      if (read) points.push(read);
    }
  }
  return points;
}
