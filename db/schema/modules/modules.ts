import { sql } from "drizzle-orm";
import { bigint, boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import type { Envelope } from "@/lib/delivery/types";
import type { ModuleStreams, RaisedMeasure } from "@/lib/modules/streams/types";
import { bytea, instant, tenantId } from "../columns";

/** The running part of the platform that serves one module to all tenants; a row of the platform's own tenant. */
export const moduleServices = pgTable(
  "module_services",
  {
    tenantId: tenantId(),
    /** What the service says in the header `module-id`. */
    id: uuid("id").notNull(),
    moduleKey: text("module_key").notNull(),
    title: text("title").notNull(),
    /** `core`: the free core, which nothing slows or stops. */
    criticality: text("criticality", { enum: ["core", "standard", "optional"] }).notNull(),
    /** What the module declared about itself (`defineModule`); null until it was heard. */
    manifest: jsonb("manifest").$type<Record<string, unknown>>(),
    manifestDigest: text("manifest_digest"),
    runningVersion: text("running_version"),
    status: text("status", { enum: ["active", "revoked"] })
      .notNull()
      .default("active"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique().on(table.tenantId, table.moduleKey),
    index("module_services_by_change").on(table.updatedAt),
  ],
);

/** Webhook secrets of a service, sealed; several are valid while one rotates. */
export const moduleSecrets = pgTable(
  "module_secrets",
  {
    tenantId: tenantId(),
    moduleId: uuid("module_id").notNull(),
    version: integer("version").notNull(),
    keyVersion: integer("key_version").notNull(),
    sealed: bytea("sealed").notNull(),
    createdAt: instant("created_at").notNull(),
    validUntil: instant("valid_until"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.moduleId, table.version] }),
    foreignKey({ columns: [table.tenantId, table.moduleId], foreignColumns: [moduleServices.tenantId, moduleServices.id] }),
  ],
);

/** Bearer tokens by which a service may send signals and nothing else; only their digests are kept. */
export const moduleTokens = pgTable(
  "module_tokens",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    moduleId: uuid("module_id").notNull(),
    sha256: bytea("sha256").notNull(),
    createdAt: instant("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique().on(table.tenantId, table.sha256),
    foreignKey({ columns: [table.tenantId, table.moduleId], foreignColumns: [moduleServices.tenantId, moduleServices.id] }),
    index("module_tokens_by_module").on(table.tenantId, table.moduleId),
  ],
);

/** The newest word of each service, and the message ids it used lately: two generations, as `plugin_state` has them. */
export const moduleServiceState = pgTable(
  "module_service_state",
  {
    tenantId: tenantId(),
    moduleId: uuid("module_id").notNull(),
    lastSeen: instant("last_seen").notNull(),
    bootId: uuid("boot_id").notNull(),
    previousBootId: uuid("previous_boot_id"),
    bootedAt: instant("booted_at").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    /** By the service's own clock. */
    sentAt: instant("sent_at").notNull(),
    runningVersion: text("running_version").notNull(),
    /** The version that ran before it, and since when it no longer does; null while only one was ever heard. */
    versionBefore: text("version_before"),
    versionSince: instant("version_since"),
    manifestDigest: text("manifest_digest"),
    health: jsonb("health").$type<Record<string, unknown>>().notNull(),
    queue: jsonb("queue").$type<Record<string, unknown>>().notNull(),
    flags: jsonb("flags").$type<Record<string, unknown>>().notNull(),
    modes: jsonb("modes").$type<Record<string, unknown>>().notNull(),
    /** Each check that fails now: since when, and in how many beats without a break. */
    failing: jsonb("failing").$type<Record<string, { since: string; beats: number }>>().notNull().default({}),
    recentIds: text("recent_ids").array().notNull(),
    olderIds: text("older_ids").array().notNull().default(sql`'{}'::text[]`),
    ringSince: instant("ring_since").notNull().defaultNow(),
    beats: bigint("beats", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.moduleId] })],
);

/** A signed order to a service, in the tenant it takes effect in (the platform's own for all of them). */
export const moduleCommands = pgTable(
  "module_commands",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    moduleId: uuid("module_id").notNull(),
    moduleKey: text("module_key").notNull(),
    type: text("type").notNull(),
    /** What ordered it, e.g. a heal action. */
    ref: uuid("ref"),
    payload: jsonb("payload").$type<Record<string, unknown>>().notNull(),
    envelope: jsonb("envelope").$type<Envelope>().notNull(),
    planDigest: text("plan_digest"),
    fence: bigint("fence", { mode: "number" }).notNull(),
    status: text("status", { enum: ["queued", "offered", "done", "failed", "expired", "cancelled"] }).notNull(),
    requestedBy: text("requested_by").notNull(),
    reason: text("reason").notNull(),
    /** W3C trace context of what ordered it; the agent answers in the same trace. */
    traceparent: text("traceparent"),
    notBefore: instant("not_before").notNull(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull(),
    offeredAt: instant("offered_at"),
    finishedAt: instant("finished_at"),
    result: jsonb("result").$type<Record<string, unknown>>(),
    resultDigest: text("result_digest"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("module_commands_waiting").on(table.moduleId, table.createdAt).where(sql`${table.status} in ('queued', 'offered')`),
    index("module_commands_newest").on(table.tenantId, table.moduleId, table.createdAt.desc()),
  ],
);

/** What the detectors remember of each service's measures, how far its minutes were taken in, and what is raised: one row, so that all of it moves together. */
export const moduleStreams = pgTable(
  "module_streams",
  {
    tenantId: tenantId(),
    moduleId: uuid("module_id").notNull(),
    takenAt: instant("taken_at"),
    /** The version that ran when it was taken: another one has to show its usual figures first. */
    runningVersion: text("running_version"),
    calmUntil: instant("calm_until"),
    streams: bytea("streams"),
    raised: jsonb("raised").$type<readonly RaisedMeasure[]>().notNull(),
    updatedAt: instant("updated_at").notNull(),
    heard: jsonb("heard").$type<ModuleStreams["heard"]>().notNull().default({}),
    /** Whether slow drifts are looked for too. */
    hasBanks: boolean("has_banks").notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.moduleId] }),
    index("module_streams_with_banks").on(table.tenantId, table.moduleId).where(sql`${table.hasBanks}`),
    index("module_streams_by_module").on(table.moduleId),
  ],
);
