import { sql } from "drizzle-orm";
import { boolean, doublePrecision, index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant, tenantId } from "./columns";

/** What a batch of signals was answered: the same batch sent again is answered the same, and counted once. */
export const moduleBatches = pgTable(
  "module_batches",
  {
    tenantId: tenantId(),
    moduleId: uuid("module_id").notNull(),
    /** The message's id, or the digest of its body where it bears none. */
    batchId: text("batch_id").notNull(),
    bodySha256: bytea("body_sha256").notNull(),
    committedAt: instant("committed_at").notNull(),
    answer: jsonb("answer").$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.moduleId, table.batchId] }),
    index("module_batches_by_time").on(table.committedAt),
  ],
);

/** Log records of modules, one partition a day: all warnings and errors, and a share of the rest by trace. */
export const moduleRecords = pgTable(
  "module_records",
  {
    tenantId: tenantId(),
    moduleId: uuid("module_id").notNull(),
    at: instant("at").notNull(),
    id: uuid("id").notNull(),
    level: text("level", { enum: ["debug", "info", "warn", "error"] }).notNull(),
    code: text("code").notNull(),
    class: text("class", { enum: ["SECURITY", "DATA", "PERF", "UX", "INTEGRATION"] }).notNull(),
    traceId: text("trace_id"),
    spanId: text("span_id"),
    actorId: text("actor_id"),
    message: text("message").notNull(),
    attributes: jsonb("attributes").$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.moduleId, table.at, table.id] }),
    index("module_records_by_trace").on(table.traceId).where(sql`${table.traceId} is not null`),
  ],
);

/** Spans of modules, one partition a day: those that failed or were slow, and a share of the rest by trace. */
export const moduleSpans = pgTable(
  "module_spans",
  {
    tenantId: tenantId(),
    moduleId: uuid("module_id").notNull(),
    /** When it began. */
    at: instant("at").notNull(),
    id: uuid("id").notNull(),
    traceId: text("trace_id").notNull(),
    spanId: text("span_id").notNull(),
    parentSpanId: text("parent_span_id"),
    name: text("name").notNull(),
    kind: text("kind", { enum: ["internal", "server", "client", "producer", "consumer"] }).notNull(),
    surface: text("surface").notNull(),
    durationMs: doublePrecision("duration_ms").notNull(),
    isError: boolean("is_error").notNull(),
    code: text("code"),
    attributes: jsonb("attributes").$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.moduleId, table.at, table.id] }),
    index("module_spans_by_trace").on(table.traceId),
  ],
);

/** What a module did in a minute for a tenant on one surface: sums, but for what is a level, of which the most (of a bound, the least) stands. */
export const moduleMinutes = pgTable(
  "module_minutes",
  {
    tenantId: tenantId(),
    moduleId: uuid("module_id").notNull(),
    minuteAt: instant("minute_at").notNull(),
    surface: text("surface", { enum: ["admin", "tenant", "job", "integration"] }).notNull(),
    requests: doublePrecision("requests").notNull(),
    errors: doublePrecision("errors").notNull(),
    timeouts: doublePrecision("timeouts").notNull(),
    retries: doublePrecision("retries").notNull(),
    dbErrors: doublePrecision("db_errors").notNull(),
    deadLetters: doublePrecision("dead_letters").notNull(),
    queueDepthMax: doublePrecision("queue_depth_max"),
    queueCapacity: doublePrecision("queue_capacity"),
    quotaUsed: doublePrecision("quota_used"),
    quotaLimit: doublePrecision("quota_limit"),
    meteredUnits: doublePrecision("metered_units").notNull(),
    billedUnits: doublePrecision("billed_units").notNull(),
    latencyMsSum: doublePrecision("latency_ms_sum").notNull(),
    /** Requests by how long they took: {bucket: count}; bucket i holds [1.2^i, 1.2^(i+1)) ms. */
    latency: jsonb("latency").$type<Record<string, number>>().notNull(),
    worstMs: doublePrecision("worst_ms"),
    worstTraceId: text("worst_trace_id"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.moduleId, table.minuteAt, table.surface] }),
    index("module_minutes_by_module").on(table.moduleId, table.minuteAt),
  ],
);

/** How often a module told of an error within a minute, by code and by what makes two errors the same. */
export const moduleErrorMinutes = pgTable(
  "module_error_minutes",
  {
    tenantId: tenantId(),
    moduleId: uuid("module_id").notNull(),
    minuteAt: instant("minute_at").notNull(),
    code: text("code").notNull(),
    fingerprint: text("fingerprint").notNull(),
    count: doublePrecision("count").notNull(),
    sampleTraceId: text("sample_trace_id"),
  },
  (table) => [
    primaryKey({
      name: "module_error_minutes_pk",
      columns: [table.tenantId, table.moduleId, table.minuteAt, table.code, table.fingerprint],
    }),
    index("module_error_minutes_by_module").on(table.moduleId, table.minuteAt),
  ],
);

/** How far each counter that only ever rises had risen when it was last told. */
export const moduleSeries = pgTable(
  "module_series",
  {
    tenantId: tenantId(),
    moduleId: uuid("module_id").notNull(),
    /** Digest of the metric's name, attributes and sender. */
    series: text("series").notNull(),
    metric: text("metric").notNull(),
    startedAt: instant("started_at").notNull(),
    toldAt: instant("told_at").notNull(),
    told: jsonb("told").$type<{ sum: number; count: number; latency: Record<string, number> }>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.moduleId, table.series] }), index("module_series_by_time").on(table.toldAt)],
);
