import { sql } from "drizzle-orm";
import { bigint, boolean, date, doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { Finding } from "@/lib/detection/types";
import type { AgentRoute, Why } from "@/lib/telemetry/watched/refusals/reasons";
import { bytea, instant, tenantId } from "./columns";

/** Every accepted beat, one partition a day (created ahead, dropped by retention). */
export const pluginHeartbeats = pgTable(
  "plugin_heartbeats",
  {
    tenantId: tenantId(),
    pluginId: uuid("plugin_id").notNull(),
    receivedAt: instant("received_at").notNull(),
    id: uuid("id").notNull(),
    webhookId: text("webhook_id").notNull(),
    bootId: uuid("boot_id").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    sentAt: instant("sent_at").notNull(),
    runningVersion: text("running_version").notNull(),
    diskVersion: text("disk_version").notNull(),
    isActive: boolean("is_active").notNull(),
    telemetry: jsonb("telemetry").$type<Record<string, number>>().notNull(),
    errors: jsonb("errors").$type<{ code: string; fingerprint: string; count: number }[]>().notNull(),
    bodySha256: bytea("body_sha256").notNull(),
    processId: uuid("process_id").notNull(),
    batchNo: bigint("batch_no", { mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.pluginId, table.receivedAt, table.id] }),
    index("plugin_heartbeats_by_batch").on(table.processId, table.batchNo),
  ],
);

/**
 * The newest word of each plugin, and the message ids it used lately (its replay memory): two generations of them, of which
 * the older is forgotten when the younger is LIMITS.replayMemorySeconds old, so that each id is known for at least that long.
 */
export const pluginState = pgTable(
  "plugin_state",
  {
    tenantId: tenantId(),
    pluginId: uuid("plugin_id").notNull(),
    lastSeen: instant("last_seen").notNull(),
    bootId: uuid("boot_id").notNull(),
    /** The boot before: a beat of it that arrives late says nothing new. */
    previousBootId: uuid("previous_boot_id"),
    bootedAt: instant("booted_at").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    /** By the plugin's own clock. */
    sentAt: instant("sent_at").notNull().default(new Date(0)),
    runningVersion: text("running_version").notNull(),
    diskVersion: text("disk_version").notNull(),
    isActive: boolean("is_active").notNull(),
    platform: jsonb("platform").$type<Record<string, string>>().notNull(),
    capabilities: text("capabilities").array().notNull(),
    telemetry: jsonb("telemetry").$type<Record<string, number>>().notNull(),
    errors: jsonb("errors").$type<{ code: string; fingerprint: string; count: number }[]>().notNull(),
    recentIds: text("recent_ids").array().notNull(),
    olderIds: text("older_ids").array().notNull().default(sql`'{}'::text[]`),
    /** When the younger generation began. */
    ringSince: instant("ring_since").notNull().defaultNow(),
    beats: bigint("beats", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.pluginId] }), index("plugin_state_by_last_seen").on(table.lastSeen)],
);

/** One row per group commit: each links to the one before by a running digest over its beats. */
export const ingestBatches = pgTable(
  "ingest_batches",
  {
    processId: uuid("process_id").notNull(),
    batchNo: bigint("batch_no", { mode: "number" }).notNull(),
    committedAt: instant("committed_at").notNull(),
    beats: integer("beats").notNull(),
    firstReceivedAt: instant("first_received_at").notNull(),
    lastReceivedAt: instant("last_received_at").notNull(),
    digest: bytea("digest").notNull(),
  },
  (table) => [primaryKey({ columns: [table.processId, table.batchNo] }), index("ingest_batches_by_time").using("brin", table.committedAt)],
);

/** How far each ingest process' batches are covered by audit entries. */
export const ingestSeals = pgTable("ingest_seals", {
  processId: uuid("process_id").primaryKey(),
  sealedBatchNo: bigint("sealed_batch_no", { mode: "number" }).notNull(),
  digest: bytea("digest").notNull(),
  beats: bigint("beats", { mode: "number" }).notNull(),
  sealedAt: instant("sealed_at").notNull(),
});

/**
 * What a plugin's beats of one step (5 minutes, an hour, a day) add up to; recomputed from rows. Counters are what was added within the
 * step; rates, latency and queue are what the beats said: their sum, how many said so, and the highest.
 */
export const pluginRollups = pgTable(
  "plugin_rollups",
  {
    tenantId: tenantId(),
    stepSeconds: integer("step_seconds").notNull(),
    pluginId: uuid("plugin_id").notNull(),
    bucketAt: instant("bucket_at").notNull(),
    beats: integer("beats").notNull(),
    webhooksSent: doublePrecision("webhooks_sent").notNull(),
    webhooksFailed: doublePrecision("webhooks_failed").notNull(),
    errors: doublePrecision("errors").notNull(),
    failRateSum: doublePrecision("fail_rate_sum").notNull(),
    failRateCount: integer("fail_rate_count").notNull(),
    failRateMax: doublePrecision("fail_rate_max"),
    latencyP95Sum: doublePrecision("latency_p95_sum").notNull(),
    latencyP95Count: integer("latency_p95_count").notNull(),
    latencyP95Max: doublePrecision("latency_p95_max"),
    queueDepthSum: doublePrecision("queue_depth_sum").notNull(),
    queueDepthCount: integer("queue_depth_count").notNull(),
    queueDepthMax: doublePrecision("queue_depth_max"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.stepSeconds, table.pluginId, table.bucketAt] }),
    index("plugin_rollups_by_step").on(table.stepSeconds, table.bucketAt),
  ],
);

/** How far each day's beats are rolled up. */
export const rollupWatermarks = pgTable("rollup_watermarks", {
  day: date("day", { mode: "string" }).primaryKey(),
  rolledUntil: instant("rolled_until").notNull(),
});

/** What the detectors remember of a plugin's metrics, how far its beats were taken in, and what is raised about them. */
export const pluginStreams = pgTable(
  "plugin_streams",
  {
    tenantId: tenantId(),
    pluginId: uuid("plugin_id").notNull(),
    takenAt: instant("taken_at"),
    takenId: uuid("taken_id"),
    /** Until when nothing is raised: a new version has to show its usual figures first. */
    calmUntil: instant("calm_until"),
    hasBanks: boolean("has_banks").notNull(),
    streams: bytea("streams"),
    raised: jsonb("raised").$type<{ finding: Finding; isOver: boolean }[]>().notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.pluginId] }),
    index("plugin_streams_with_banks").on(table.tenantId, table.pluginId).where(sql`${table.hasBanks}`),
  ],
);

/** Why messages of a plugin were refused: one row a mistake, counted. */
export const pluginRefusals = pgTable(
  "plugin_refusals",
  {
    tenantId: tenantId(),
    pluginId: uuid("plugin_id").notNull(),
    /** Reason, route and, of the plugin's own mistakes, the paths that were wrong. */
    key: text("key").notNull(),
    why: text("why").$type<Why>().notNull(),
    /** False where the sender did not prove to be the plugin. */
    isProven: boolean("is_proven").notNull(),
    route: text("route").$type<AgentRoute>().notNull(),
    status: integer("status").notNull(),
    code: text("code").notNull(),
    errors: jsonb("errors").$type<{ path: string; message: string }[]>().notNull(),
    skewSeconds: bigint("skew_seconds", { mode: "number" }),
    traceId: text("trace_id").notNull(),
    count: bigint("count", { mode: "number" }).notNull(),
    firstAt: instant("first_at").notNull(),
    lastAt: instant("last_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.pluginId, table.key] })],
);

/** Names of the tables that only the ingest role writes; their guard is grants, not triggers. */
export const TELEMETRY_TABLES = [
  "plugin_heartbeats",
  "plugin_state",
  "ingest_batches",
  "plugin_rollups",
  "rollup_watermarks",
  "plugin_streams",
  "plugin_refusals",
  "module_service_state",
  "module_batches",
  "module_records",
  "module_spans",
  "module_minutes",
  "module_error_minutes",
  "module_series",
  "module_rollups",
  "module_rollup_marks",
] as const;

/** What each worker counted since it began, for one look at all processes. Of the platform's own tenant: figures of no other. */
export const processCounts = pgTable(
  "process_counts",
  {
    tenantId: tenantId(),
    process: text("process").notNull(),
    toldAt: instant("told_at").notNull(),
    counts: jsonb("counts").$type<readonly unknown[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.process] })],
);
