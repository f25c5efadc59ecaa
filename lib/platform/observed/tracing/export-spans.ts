import { ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor, type ReadableSpan, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "../../limits";
import { currentTrace, newTrace, withTrace } from "../../trace";
import type { SpanExport } from "./types";

/** Whether a finished span is sent: each that failed, and of the others a share by trace, so that of a trace all are sent or none. */
function isSent(span: Pick<ReadableSpan, "status" | "spanContext">, share: number): boolean {
  if (span.status.code === SpanStatusCode.ERROR) return true;
  return Number.parseInt(span.spanContext().traceId.slice(-8), 16) / 2 ** 32 < share;
}

/** Decides when a span has ended, where it is known whether it failed: what is not sent is let go at once. */
function sendingShare(share: number, inner: SpanProcessor): SpanProcessor {
  return {
    onStart: () => undefined,
    onEnd: (span) => {
      if (isSent(span, share)) inner.onEnd(span);
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
}

/**
 * Exports spans over OTLP/HTTP.
 *
 * @param endpoint  base URL, as OTEL_EXPORTER_OTLP_ENDPOINT has it; headers are taken from OTEL_EXPORTER_OTLP_HEADERS
 */
export function startSpanExport(endpoint: string): SpanExport {
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: LIMITS.spanExportMs });
  const batches = new BatchSpanProcessor(exporter, { maxQueueSize: LIMITS.spansQueued, exportTimeoutMillis: LIMITS.spanExportMs });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": "reliability-center" }),
    spanProcessors: [sendingShare(LIMITS.spanShare, batches)],
  });
  const tracer = provider.getTracer("reliability-center");
  return {
    async record(name, attributes, work) {
      const parent = currentTrace() ?? newTrace();
      // All are recorded: whether one is sent is decided when it has ended.
      const from = { traceId: parent.traceId, spanId: parent.spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
      const span = tracer.startSpan(name, { attributes: { ...attributes } }, trace.setSpanContext(ROOT_CONTEXT, from));
      try {
        return await withTrace({ ...parent, spanId: span.spanContext().spanId }, work);
      } catch (error) {
        // An expected "no" is an answer; anything else is a fault.
        if (error instanceof Refusal) span.setAttribute("refused", error.kind);
        else span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : "unknown" });
        throw error;
      } finally {
        span.end();
      }
    },
    flush: () => provider.forceFlush(),
  };
}
