import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";

/** Where a module meets its users: the admin console, the tenant's app, its own background work, or somebody else's service. */
export const SURFACES = ["admin", "tenant", "job", "integration"] as const;
export type Surface = (typeof SURFACES)[number];

export const RECORD_LEVELS = ["debug", "info", "warn", "error"] as const;
export type RecordLevel = (typeof RECORD_LEVELS)[number];
export const RECORD_CLASSES = ["SECURITY", "DATA", "PERF", "UX", "INTEGRATION"] as const;
export type RecordClass = (typeof RECORD_CLASSES)[number];

const instant = z.iso.datetime({ offset: true });
const traceId = z.string().regex(/^(?!0{32})[0-9a-f]{32}$/);
const spanId = z.string().regex(/^(?!0{16})[0-9a-f]{16}$/);
const attributes = z
  .record(z.string().min(1).max(LIMITS.signalNameCharacters), z.unknown())
  .refine((map) => Object.keys(map).length <= LIMITS.signalAttributes, `at most ${LIMITS.signalAttributes} attributes`);

/** The unified log record, as Center writes it and modules send it. */
export const recordSchema = z.strictObject({
  ts: instant,
  level: z.enum(RECORD_LEVELS),
  code: z.string().regex(/^(ERR|WARN|INFO)_[A-Z][A-Z0-9_]{0,79}$/),
  class: z.enum(RECORD_CLASSES).nullish(),
  trace_id: traceId.nullish(),
  span_id: spanId.nullish(),
  tenant_id: z.uuid(),
  actor_id: z.string().max(LIMITS.signalNameCharacters).nullish(),
  module_id: z.string().max(LIMITS.signalNameCharacters).nullish(),
  message: z.string().max(LIMITS.signalMessageCharacters),
  attributes: attributes.nullish(),
});

/**
 * What a module may measure. `request_ms` is one request and how long it took (attributes `ok: false` for one that failed, `timeout: true`
 * for one that took too long); names of levels end in what they are, all others are counts since they were last told.
 */
const COUNTS = ["requests", "errors", "timeouts", "retries", "db_errors", "dead_letters", "metered_units", "billed_units"] as const;
const GAUGES = ["queue_depth", "queue_capacity", "quota_used", "quota_limit"] as const;
const METRIC_NAMES = ["request_ms", ...COUNTS, ...GAUGES] as const;

/** One measurement. */
export const metricSchema = z.strictObject({
  kind: z.literal("metric"),
  ts: instant,
  tenant_id: z.uuid(),
  name: z.enum(METRIC_NAMES),
  value: z.number().min(0).max(LIMITS.signalAmount),
  attributes: z
    .strictObject({
      surface: z.enum(SURFACES).optional(),
      ok: z.boolean().optional(),
      timeout: z.boolean().optional(),
      trace_id: traceId.optional(),
    })
    .optional(),
});
export type SentMetric = z.output<typeof metricSchema>;
export type SentRecord = z.output<typeof recordSchema>;

/** A log record as it is kept. */
export interface SignalRecord {
  readonly tenantId: string;
  readonly at: Date;
  readonly level: RecordLevel;
  readonly code: string;
  readonly class: RecordClass;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly actorId: string | null;
  readonly message: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A span as it is kept. */
export interface SignalSpan {
  readonly tenantId: string;
  /** When it began. */
  readonly at: Date;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: "internal" | "server" | "client" | "producer" | "consumer";
  readonly surface: Surface;
  readonly durationMs: number;
  readonly isError: boolean;
  readonly code: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Sums of a minute; each adds up. */
export interface MinuteSums {
  readonly requests: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly retries: number;
  readonly dbErrors: number;
  readonly deadLetters: number;
  readonly meteredUnits: number;
  readonly billedUnits: number;
  readonly latencyMsSum: number;
}

/** What one signal adds to the minute it belongs to. */
export interface Measure extends Partial<MinuteSums> {
  readonly tenantId: string;
  readonly at: Date;
  readonly surface: Surface;
  readonly queueDepth?: number;
  readonly queueCapacity?: number;
  readonly quotaUsed?: number;
  readonly quotaLimit?: number;
  /** Requests by how long they took, in latency buckets. */
  readonly latency?: Readonly<Record<string, number>>;
  readonly worstMs?: number;
  readonly worstTraceId?: string | null;
}

/** One line, or one item of a batch, that was not taken. */
export interface RefusedSignal {
  /** From 1; for OTLP the place among all its items. */
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

/** What a batch comes to before it is stored. */
export interface ReadBatch {
  /** All that are spoken for, also by what is measured only once it is known what was told before. */
  readonly tenants: ReadonlySet<string>;
  readonly records: readonly SignalRecord[];
  readonly spans: readonly SignalSpan[];
  readonly measures: readonly Measure[];
  readonly accepted: number;
  /** The first of them; `refusedCount` is how many there were. */
  readonly refused: readonly RefusedSignal[];
  readonly refusedCount: number;
}

/** Whose signals are read, and when. */
export interface Sender {
  readonly moduleKey: string;
  readonly tenants: ReadonlySet<string>;
  readonly everybody: ReadonlySet<string>;
  readonly now: Date;
}
