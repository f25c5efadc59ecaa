import { clipText } from "@/lib/kernel/clip-text";
import { LIMITS } from "@/lib/platform/limits";
import type { BatchUnderWay } from "../batch-under-way";
import { cleanAttributes, isTimely } from "../clean-values";
import { requestMeasure } from "../request-measure";
import type { Measure, SignalRecord, SignalSpan, Surface } from "../types";
import {
  type Attributes,
  attributesOf,
  idOf,
  instantOf,
  listOf,
  millisecondsBetween,
  numberOf,
  objectOf,
  type Plain,
  textOf,
} from "./otlp-values";
import { codeOf } from "./read-logs";
import { type FramedItem, itemsOf, surfaceOf, tenantOfItem } from "./walk-items";

const KINDS = ["internal", "internal", "server", "client", "producer", "consumer"] as const;
const USUAL: Readonly<Record<SignalSpan["kind"], Surface>> = {
  internal: "tenant",
  server: "tenant",
  client: "integration",
  producer: "job",
  consumer: "job",
};
const FAILED = 2;

function statusCodeOf(attributes: Attributes): number {
  return numberOf(attributes["http.response.status_code"] ?? attributes["http.status_code"]) ?? 0;
}

function isTimeout(attributes: Attributes): boolean {
  return /time.?out|deadline/i.test(textOf(attributes["error.type"]) ?? "") || [408, 504].includes(statusCodeOf(attributes));
}

/** What a span adds to its minute. A request served is told apart, since metrics may have counted it already. */
function measuresOf(span: SignalSpan, attributes: Attributes): { readonly served: Measure[]; readonly other: Measure[] } {
  const place = { tenantId: span.tenantId, at: span.at, surface: span.surface };
  const how = { isOk: !span.isError, isTimeout: isTimeout(attributes), traceId: span.traceId };
  const request = { ...place, ...requestMeasure(span.durationMs, how) };
  if (span.kind === "server") return { served: [request], other: [] };
  const isDatabase = attributes["db.system"] !== undefined || attributes["db.system.name"] !== undefined;
  if (span.kind === "client" && isDatabase) {
    return { served: [], other: span.isError ? [{ ...place, surface: "tenant", dbErrors: 1, timeouts: how.isTimeout ? 1 : 0 }] : [] };
  }
  return { served: [], other: span.kind === "client" || span.kind === "consumer" ? [request] : [] };
}

/** The exceptions that a span recorded, as records: what an application that writes no logs tells of its errors. */
function exceptionRecords(exceptions: readonly Plain[], span: SignalSpan): SignalRecord[] {
  return exceptions.map((event) => {
    const attributes = attributesOf(event.attributes);
    return {
      tenantId: span.tenantId,
      at: span.at,
      level: "error",
      code: codeOf(attributes) ?? span.code ?? "ERR_UNCLASSIFIED",
      class: "DATA",
      traceId: span.traceId,
      spanId: span.spanId,
      actorId: null,
      message: clipText(textOf(attributes["exception.message"]) ?? span.name, LIMITS.signalMessageCharacters),
      attributes: cleanAttributes(attributes),
    };
  });
}

/** @returns null for one that was refused */
function spanOf(framed: FramedItem, attributes: Attributes, batch: BatchUnderWay): SignalSpan | null {
  const { item, line } = framed;
  const [traceId, spanId, at] = [idOf(item.traceId, 32), idOf(item.spanId, 16), instantOf(item.startTimeUnixNano)];
  if (traceId === null || spanId === null || at === null || !isTimely(at, batch.sender.now)) {
    batch.refuse(line, "ERR_INVALID", "It has no trace id, no span id, or did not begin lately");
    return null;
  }
  const tenantId = tenantOfItem(batch, framed, attributes, traceId);
  if (tenantId === null) return null;
  const kind = KINDS[numberOf(item.kind) ?? 0] ?? "internal";
  return {
    tenantId,
    at,
    traceId,
    spanId,
    parentSpanId: idOf(item.parentSpanId, 16),
    name: clipText(textOf(item.name) ?? "", LIMITS.signalNameCharacters),
    kind,
    surface: surfaceOf(framed, attributes, USUAL[kind]),
    durationMs: millisecondsBetween(item.startTimeUnixNano, item.endTimeUnixNano),
    isError: numberOf(objectOf(item.status).code) === FAILED || (kind === "server" && statusCodeOf(attributes) >= 500),
    code: codeOf(attributes),
    attributes: cleanAttributes(attributes),
  };
}

/**
 * Takes the spans of an OTLP request into a batch.
 * @returns the requests they served, which count where no metric counts them
 * @throws Refusal unreadable
 */
export function readOtlpTraces(request: Plain, batch: BatchUnderWay): readonly Measure[] {
  const allServed: Measure[] = [];
  for (const framed of itemsOf(request, "traces", batch)) {
    const exceptions = listOf(framed.item.events).filter(({ name }) => name === "exception");
    if (!batch.makeRoom(framed.line, 1 + exceptions.length)) continue;
    const attributes = attributesOf(framed.item.attributes);
    const span = spanOf(framed, attributes, batch);
    if (span === null) continue;
    const { served, other } = measuresOf(span, attributes);
    allServed.push(...served);
    batch.take({ span, measures: other });
    batch.add(exceptionRecords(exceptions, span));
  }
  return allServed;
}
