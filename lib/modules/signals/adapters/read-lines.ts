import { clipText } from "@/lib/kernel/clip-text";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { splitLines } from "@/lib/platform/web/split-lines";
import { strictJson } from "@/lib/platform/web/strict-json";
import { BatchUnderWay } from "../batch-under-way";
import { classOf, cleanAttributes, isTimely } from "../clean-values";
import { requestMeasure } from "../request-measure";
import { type Measure, metricSchema, type ReadBatch, recordSchema, type Sender, type SentMetric, type SentRecord } from "../types";

/** What a count or level of a metric's name adds to its minute. */
const MEASURED = {
  requests: (value) => ({ requests: value }),
  errors: (value) => ({ errors: value }),
  timeouts: (value) => ({ timeouts: value }),
  retries: (value) => ({ retries: value }),
  db_errors: (value) => ({ dbErrors: value }),
  dead_letters: (value) => ({ deadLetters: value }),
  metered_units: (value) => ({ meteredUnits: value }),
  billed_units: (value) => ({ billedUnits: value }),
  queue_depth: (value) => ({ queueDepth: value }),
  queue_capacity: (value) => ({ queueCapacity: value }),
  quota_used: (value) => ({ quotaUsed: value }),
  quota_limit: (value) => ({ quotaLimit: value }),
} as const satisfies Record<Exclude<SentMetric["name"], "request_ms">, (value: number) => Partial<Measure>>;

function measureOf(metric: SentMetric, tenantId: string): Measure {
  const { name, value, attributes = {} } = metric;
  const place = { tenantId, at: new Date(metric.ts), surface: attributes.surface ?? "tenant" } as const;
  if (name !== "request_ms") return { ...place, ...MEASURED[name](value) };
  const how = { isOk: attributes.ok !== false, isTimeout: attributes.timeout === true, traceId: attributes.trace_id ?? null };
  return { ...place, ...requestMeasure(value, how) };
}

function takeRecord(batch: BatchUnderWay, line: number, sent: SentRecord): void {
  const tenantId = batch.tenantOf(sent.tenant_id, line, sent.trace_id ?? null);
  if (tenantId === null) return;
  const record = {
    tenantId,
    at: new Date(sent.ts),
    level: sent.level,
    code: sent.code,
    class: classOf(sent.code, sent.class),
    traceId: sent.trace_id ?? null,
    spanId: sent.span_id ?? null,
    actorId: sent.actor_id ?? null,
    message: clipText(sent.message, LIMITS.signalMessageCharacters),
    attributes: cleanAttributes(sent.attributes ?? {}),
  };
  batch.take({ record });
}

/** @returns null for a line that is no JSON object, and was refused */
function objectOf(batch: BatchUnderWay, line: number, bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value = strictJson(bytes, { keys: LIMITS.signalLineKeys, depth: LIMITS.jsonDepth });
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    batch.refuse(line, "ERR_INVALID", "Not an object");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    batch.refuse(line, "ERR_UNREADABLE", error.message);
  }
  return null;
}

function readLine(batch: BatchUnderWay, line: number, bytes: Uint8Array): void {
  const value = objectOf(batch, line, bytes);
  if (value === null) return;
  if (value.tenant_id === undefined || value.tenant_id === null || value.tenant_id === "") {
    batch.tenantOf(null, line, null);
    return;
  }
  const isMetric = value.kind === "metric";
  const parsed = (isMetric ? metricSchema : recordSchema).safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    batch.refuse(line, "ERR_INVALID", clipText(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "does not match"}`, 300));
    return;
  }
  const sent = parsed.data;
  if (!isTimely(new Date(sent.ts), batch.sender.now)) batch.refuse(line, "ERR_INVALID", "ts: too long ago, or in the future");
  else if ("kind" in sent) {
    const tenantId = batch.tenantOf(sent.tenant_id, line, sent.attributes?.trace_id ?? null);
    if (tenantId !== null) batch.take({ measures: [measureOf(sent, tenantId)] });
  } else takeRecord(batch, line, sent);
}

/**
 * Reads a module's batch of signals, one JSON object a line, each judged by itself.
 * @throws Refusal too-large over LIMITS.signalLines
 */
export function readLines(bytes: Uint8Array, sender: Sender): ReadBatch {
  const batch = new BatchUnderWay(sender);
  for (const [index, line] of splitLines(bytes, LIMITS.signalLines).entries()) readLine(batch, index + 1, line);
  return batch.done();
}
