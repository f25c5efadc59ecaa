import { environment } from "../../env";
import { log } from "../../log";
import type { SpanAttributes, SpanExport } from "./types";

// Bundlers may load this file more than once in a process; all copies export through the same one. `null`: nobody asked for spans.
const EXPORT = Symbol.for("reliability-center.spans");
const shared = globalThis as { [EXPORT]?: SpanExport | "loading" | null };

async function load(endpoint: string): Promise<void> {
  const { startSpanExport } = await import("./export-spans");
  shared[EXPORT] = startSpanExport(endpoint);
}

/** Decides once whether spans are exported: by OTEL_EXPORTER_OTLP_ENDPOINT. Without it nothing of OpenTelemetry is ever loaded. */
function decide(): void {
  const { otlpEndpoint } = environment();
  shared[EXPORT] = otlpEndpoint === null ? null : "loading";
  if (otlpEndpoint === null) return;
  load(otlpEndpoint).catch((error: unknown) => {
    shared[EXPORT] = null;
    log.error("ERR_INTERNAL", "Spans are not exported", { error });
  });
}

/** Does some work as a span of the running trace, where spans are exported; else it is only done. */
export function inSpan<Result>(name: string, attributes: SpanAttributes, work: () => Promise<Result>): Promise<Result> {
  if (shared[EXPORT] === undefined) decide();
  const spans = shared[EXPORT];
  return spans === null || spans === undefined || spans === "loading" ? work() : spans.record(name, attributes, work);
}

/** Sends what spans still wait; for the end of a process. */
export async function flushSpans(): Promise<void> {
  const spans = shared[EXPORT];
  if (spans !== null && spans !== undefined && spans !== "loading") await spans.flush();
}
