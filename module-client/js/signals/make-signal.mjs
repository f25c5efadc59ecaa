import { randomBytes } from "node:crypto";

/** Whose a signal is that is about nobody in particular: the platform as a whole. To name nobody breaks Center's contract. */
export const PLATFORM_TENANT = "00000000-0000-0000-0000-000000000000";

/** What may be measured; Center takes no other name. `request_ms` is one request; the last four are levels, the others counts since they were told last. */
export const METRIC_NAMES = Object.freeze([
  ...["request_ms", "requests", "errors", "timeouts", "retries", "db_errors", "dead_letters", "metered_units", "billed_units"],
  ...["queue_depth", "queue_capacity", "quota_used", "quota_limit"],
]);

const CLASS_OF_PREFIX = /** @type {const} */ ([
  [/(AUTH|PERMISSION|TENANT|SCOPE)/, "SECURITY"],
  [/(LEDGER|INVOICE|INDEX|STORAGE|DATA|INVARIANT|CHECKSUM|CACHE)/, "DATA"],
  [/(SLOW|TIMEOUT|QUEUE|QUOTA|OVERLOAD)/, "PERF"],
  [/(INTEGRATION|UPSTREAM|CIRCUIT)/, "INTEGRATION"],
]);

/** @param {string} code @returns {string} */
function classOf(code) {
  return CLASS_OF_PREFIX.find(([pattern]) => pattern.test(code))?.[1] ?? "UX";
}

/** A new W3C trace id. */
export function newTraceId() {
  return randomBytes(16).toString("hex");
}

/**
 * One record of the unified log form.
 * @param {{ code: string, level: string, message: string, moduleKey: string, nowMs: number, subject: import("../types.d.mts").SignalSubject }} parts
 */
export function makeRecord({ code, level, message, moduleKey, nowMs, subject }) {
  const { tenantId = null, traceId = null, spanId = null, actorId = null, attributes } = subject;
  return {
    ts: new Date(nowMs).toISOString(),
    level,
    code,
    class: subject.class ?? classOf(code),
    trace_id: traceId,
    span_id: spanId,
    tenant_id: tenantId,
    actor_id: actorId,
    module_id: moduleKey,
    message: message.slice(0, 2_000),
    ...(attributes ? { attributes } : {}),
  };
}

/** @param {{ name: string, tenantId: string | null, value: number, nowMs: number, attributes?: Record<string, unknown> }} parts */
export function makeMetric({ name, tenantId, value, nowMs, attributes }) {
  return { kind: "metric", ts: new Date(nowMs).toISOString(), tenant_id: tenantId, name, value, ...(attributes ? { attributes } : {}) };
}
