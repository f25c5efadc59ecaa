import type { Field, Message } from "./protobuf";

/** Fields as [number, name, what it holds, whether it repeats]. */
type Row = readonly [number, string, Field["is"], "list"?];
const message = (...rows: readonly Row[]): Message =>
  new Map(rows.map(([number, name, is, list]) => [number, { name, is, isList: list === "list" }]));

const anyValue: () => Message = () => ANY_VALUE;
const keyValue: () => Message = () => KEY_VALUE;
const KEY_VALUE = message([1, "key", "string"], [2, "value", anyValue]);
const VALUES = message([1, "values", anyValue, "list"]);
const KEY_VALUES = message([1, "values", keyValue, "list"]);
const ANY_VALUE = message(
  [1, "stringValue", "string"],
  [2, "boolValue", "bool"],
  [3, "intValue", "int64"],
  [4, "doubleValue", "double"],
  [5, "arrayValue", () => VALUES],
  [6, "kvlistValue", () => KEY_VALUES],
  [7, "bytesValue", "hex"],
);
const RESOURCE = message([1, "attributes", keyValue, "list"]);
const SCOPE = message([1, "name", "string"], [2, "version", "string"], [3, "attributes", keyValue, "list"]);

/** Resource and scope frame all three kinds in the same way. */
function request(resourceName: string, scopeName: string, itemName: string, item: Message): Message {
  const scoped = message([1, "scope", () => SCOPE], [2, itemName, () => item, "list"]);
  const ofResource = message([1, "resource", () => RESOURCE], [2, scopeName, () => scoped, "list"]);
  return message([1, resourceName, () => ofResource, "list"]);
}

const LOG_RECORD = message(
  [1, "timeUnixNano", "fixed64"],
  [2, "severityNumber", "varint"],
  [3, "severityText", "string"],
  [5, "body", anyValue],
  [6, "attributes", keyValue, "list"],
  [9, "traceId", "hex"],
  [10, "spanId", "hex"],
  [11, "observedTimeUnixNano", "fixed64"],
  [12, "eventName", "string"],
);

const STATUS = message([2, "message", "string"], [3, "code", "varint"]);
const EVENT = message([1, "timeUnixNano", "fixed64"], [2, "name", "string"], [3, "attributes", keyValue, "list"]);
const SPAN = message(
  [1, "traceId", "hex"],
  [2, "spanId", "hex"],
  [4, "parentSpanId", "hex"],
  [5, "name", "string"],
  [6, "kind", "varint"],
  [7, "startTimeUnixNano", "fixed64"],
  [8, "endTimeUnixNano", "fixed64"],
  [9, "attributes", keyValue, "list"],
  [11, "events", () => EVENT, "list"],
  [15, "status", () => STATUS],
);

const TIMES: readonly Row[] = [
  [2, "startTimeUnixNano", "fixed64"],
  [3, "timeUnixNano", "fixed64"],
];
const NUMBER_POINT = message(...TIMES, [4, "asDouble", "double"], [6, "asInt", "sfixed64"], [7, "attributes", keyValue, "list"]);
const HISTOGRAM_POINT = message(
  ...TIMES,
  [4, "count", "fixed64"],
  [5, "sum", "double"],
  [6, "bucketCounts", "packed fixed64"],
  [7, "explicitBounds", "packed double"],
  [9, "attributes", keyValue, "list"],
);
const BUCKETS = message([1, "offset", "zigzag"], [2, "bucketCounts", "packed varint"]);
const EXPONENTIAL_POINT = message(
  ...TIMES,
  [1, "attributes", keyValue, "list"],
  [4, "count", "fixed64"],
  [5, "sum", "double"],
  [6, "scale", "zigzag"],
  [7, "zeroCount", "fixed64"],
  [8, "positive", () => BUCKETS],
);
const points = (of: Message) =>
  message([1, "dataPoints", () => of, "list"], [2, "aggregationTemporality", "varint"], [3, "isMonotonic", "bool"]);
const [GAUGE_OR_SUM, HISTOGRAM, EXPONENTIAL] = [points(NUMBER_POINT), points(HISTOGRAM_POINT), points(EXPONENTIAL_POINT)];
const METRIC = message(
  [1, "name", "string"],
  [3, "unit", "string"],
  [5, "gauge", () => GAUGE_OR_SUM],
  [7, "sum", () => GAUGE_OR_SUM],
  [9, "histogram", () => HISTOGRAM],
  [10, "exponentialHistogram", () => EXPONENTIAL],
);

export const OTLP_KINDS = ["logs", "traces", "metrics"] as const;
export type OtlpKind = (typeof OTLP_KINDS)[number];

/** Names by which resource, scope and item are nested, and the answer's word for what was not taken. */
export const OTLP_NAMES = {
  logs: { resource: "resourceLogs", scope: "scopeLogs", item: "logRecords", rejected: "rejectedLogRecords" },
  traces: { resource: "resourceSpans", scope: "scopeSpans", item: "spans", rejected: "rejectedSpans" },
  metrics: { resource: "resourceMetrics", scope: "scopeMetrics", item: "metrics", rejected: "rejectedDataPoints" },
} as const satisfies Record<OtlpKind, object>;

/**
 * The export requests of OTLP 1.x, as far as Center reads them.
 * Source: open-telemetry/opentelemetry-proto, v1.
 */
export const OTLP_REQUESTS: Readonly<Record<OtlpKind, Message>> = {
  logs: request(OTLP_NAMES.logs.resource, OTLP_NAMES.logs.scope, OTLP_NAMES.logs.item, LOG_RECORD),
  traces: request(OTLP_NAMES.traces.resource, OTLP_NAMES.traces.scope, OTLP_NAMES.traces.item, SPAN),
  metrics: request(OTLP_NAMES.metrics.resource, OTLP_NAMES.metrics.scope, OTLP_NAMES.metrics.item, METRIC),
};
