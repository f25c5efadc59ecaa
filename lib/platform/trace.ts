import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";

/** Where one piece of work stands in a W3C trace, and on whose behalf it is done. */
export interface TraceContext {
  /** 32 lower-case hex digits, never all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, never all zero. */
  readonly spanId: string;
  readonly sampled: boolean;
  /** Filled in as they become known; every later log record of this work carries them. */
  tenantId?: string | undefined;
  actorId?: string | undefined;
  moduleId?: string | undefined;
}

// Bundlers may load this file more than once in a process; all copies must see the same context.
const STORE = Symbol.for("reliability-center.trace");
const shared = globalThis as { [STORE]?: AsyncLocalStorage<TraceContext> };
shared[STORE] ??= new AsyncLocalStorage<TraceContext>();
const storage = shared[STORE];

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Reads a `traceparent` header.
 *
 * @returns null when it is absent or not valid: then a new trace begins
 * Source: W3C Trace Context §3.2; of versions above 00 only the known part is read.
 */
export function parseTraceparent(header: string | null | undefined): TraceContext | null {
  if (!header || header.length > 256) return null;
  const match = TRACEPARENT.exec(header.trim());
  if (!match) return null;
  const [, version = "", traceId = "", spanId = "", flags = "", rest] = match;
  if (version === "ff" || (version === "00" && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The `traceparent` header that carries a context to the next process. */
export function formatTraceparent(context: Pick<TraceContext, "traceId" | "spanId" | "sampled">): string {
  return `00-${context.traceId}-${context.spanId}-${context.sampled ? "01" : "00"}`;
}

/** All zero means "no trace" on the wire. */
function hexOf(bytes: Buffer): string {
  bytes[0] = (bytes[0] ?? 0) || 1;
  return bytes.toString("hex");
}

/** Begins a trace of its own. */
export function newTrace(): TraceContext {
  const random = randomBytes(24);
  return { traceId: hexOf(random.subarray(0, 16)), spanId: hexOf(random.subarray(16)), sampled: true };
}

/** A step within a trace: same trace id, own span id. */
export function childOf(parent: TraceContext): TraceContext {
  return { ...parent, spanId: hexOf(randomBytes(8)) };
}

/** Continues the trace of a stored or received `traceparent`, or of a bare trace id; else begins one. */
export function continueTrace(origin: string | null | undefined): TraceContext {
  const parent = parseTraceparent(origin);
  if (parent) return childOf(parent);
  if (origin && /^[0-9a-f]{32}$/.test(origin) && !/^0+$/.test(origin)) return { ...newTrace(), traceId: origin };
  return newTrace();
}

/** Runs some work inside a context; whatever it awaits sees it through `currentTrace`. */
export function withTrace<Result>(context: TraceContext, work: () => Result): Result {
  return storage.run(context, work);
}

/** The context of the work now running, or undefined outside of any. */
export function currentTrace(): TraceContext | undefined {
  return storage.getStore();
}

/** Tells the running work's later log records on whose behalf it is done; does nothing outside a trace. */
export function noteInTrace(notes: Partial<Pick<TraceContext, "tenantId" | "actorId" | "moduleId">>): void {
  const context = storage.getStore();
  if (context) Object.assign(context, notes);
}
