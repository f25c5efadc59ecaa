import { sql } from "drizzle-orm";
import { boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { CommandPayload, Envelope, PlanDocument, ReleaseSignatures } from "@/lib/delivery/types";
import { COMMAND_TYPES } from "@/lib/delivery/types";
import { CATEGORIES } from "@/lib/policy/types";
import { ATTEMPT_PHASES, ATTEMPT_STATUSES } from "@/lib/rollout/types";
import { bytea, instant, tenantId } from "./columns";
import { pluginIncidents } from "./incidents";
import { plugins } from "./tenants";

/** A version of a plugin that may be shipped: what it is, what it claims to fix, and its artifact's digest. */
export const pluginReleases = pgTable(
  "plugin_releases",
  {
    id: uuid("id").primaryKey(),
    pluginKey: text("plugin_key").notNull(),
    version: text("version").notNull(),
    channel: text("channel").notNull(),
    sha256: text("sha256").notNull(),
    length: integer("length").notNull(),
    schemaEffect: text("schema_effect", { enum: ["none", "reversible", "irreversible"] }).notNull(),
    fixes: text("fixes").array().notNull(),
    manifest: jsonb("manifest").$type<Record<string, unknown>>().notNull(),
    author: text("author").notNull(),
    status: text("status", { enum: ["draft", "published", "recalled"] }).notNull(),
    createdAt: instant("created_at").notNull(),
    /** What signs it, in the metadata in force; null while nobody does. */
    signatures: jsonb("signatures").$type<ReleaseSignatures>(),
  },
  (table) => [unique().on(table.pluginKey, table.version)],
);

/** The bytes of artifacts, by their digest. */
export const artifacts = pgTable("artifacts", {
  sha256: text("sha256").primaryKey(),
  bytes: bytea("bytes").notNull(),
  createdAt: instant("created_at").notNull(),
});

/** The exact, digest-bound thing to be done. */
export const plans = pgTable(
  "plans",
  {
    tenantId: tenantId(),
    digest: text("digest").notNull(),
    /** Null for a plan of a rollout or a recall: it answers to no incident. */
    incidentId: uuid("incident_id"),
    pluginId: uuid("plugin_id").notNull(),
    document: jsonb("document").$type<PlanDocument>().notNull(),
    bytes: bytea("bytes").notNull(),
    config: jsonb("config").$type<Record<string, unknown>>(),
    requestedBy: text("requested_by").notNull(),
    requiredSignatures: integer("required_signatures").notNull(),
    status: text("status", { enum: ["awaiting", "executed", "void"] }).notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.digest] }),
    foreignKey({ columns: [table.tenantId, table.incidentId], foreignColumns: [pluginIncidents.tenantId, pluginIncidents.id] }),
    index("plans_by_incident").on(table.tenantId, table.incidentId),
  ],
);

/** One person's yes to one plan digest. */
export const planApprovals = pgTable(
  "plan_approvals",
  {
    tenantId: tenantId(),
    planDigest: text("plan_digest").notNull(),
    approver: text("approver").notNull(),
    reason: text("reason").notNull(),
    envelope: jsonb("envelope").$type<Envelope>(),
    /** The key that signed the envelope: one key is one pair of eyes, whoever it is said to belong to. */
    keyid: text("keyid"),
    at: instant("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.planDigest, table.approver] }),
    unique("plan_approvals_one_key").on(table.tenantId, table.planDigest, table.keyid),
    foreignKey({ columns: [table.tenantId, table.planDigest], foreignColumns: [plans.tenantId, plans.digest] }),
  ],
);

/** One execution of a plan on one plugin: current status here, every transition in autopatch_attempt_events. */
export const autopatchAttempts = pgTable(
  "plugin_autopatch_attempts",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    /** Null for an attempt of a rollout or a recall. */
    incidentId: uuid("incident_id"),
    rolloutId: uuid("rollout_id"),
    pluginId: uuid("plugin_id").notNull(),
    decisionId: uuid("decision_id"),
    planDigest: text("plan_digest").notNull(),
    fromVersion: text("from_version").notNull(),
    toVersion: text("to_version"),
    method: text("method", { enum: COMMAND_TYPES }).notNull(),
    status: text("status", { enum: ATTEMPT_STATUSES }).notNull(),
    phase: text("phase", { enum: ATTEMPT_PHASES }).notNull(),
    /** Whose automatic healing it is: the switch of this category holds it back while it has not left the house. */
    category: text("category", { enum: CATEGORIES }).notNull(),
    /** True when Center itself started it, false for a person's order. */
    isAutomatic: boolean("is_automatic").notNull(),
    requestedBy: text("requested_by").notNull(),
    stagingReport: jsonb("staging_report").$type<Record<string, unknown>>(),
    healthReport: jsonb("health_report").$type<Record<string, unknown>>(),
    baseline: jsonb("baseline").$type<{ failRate: number | null; errorsPerMinute: number | null; latencyP95Ms: number | null }>(),
    endReason: text("end_reason"),
    needsPerson: boolean("needs_person").notNull().default(false),
    isExtended: boolean("is_extended").notNull().default(false),
    revertReason: text("revert_reason"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    finishedAt: instant("finished_at"),
    /** Work is due from here on; null once done. */
    dueAt: instant("due_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.incidentId], foreignColumns: [pluginIncidents.tenantId, pluginIncidents.id] }),
    foreignKey({ columns: [table.tenantId, table.planDigest], foreignColumns: [plans.tenantId, plans.digest] }),
    unique("plugin_autopatch_attempts_once").on(table.tenantId, table.planDigest, table.pluginId),
    uniqueIndex("plugin_autopatch_attempts_one_live").on(table.tenantId, table.pluginId).where(sql`${table.phase} <> 'done'`),
    index("plugin_autopatch_attempts_page").on(table.tenantId, table.createdAt.desc(), table.id.desc()),
    index("plugin_autopatch_attempts_newest").on(table.createdAt.desc(), table.id.desc()),
    index("plugin_autopatch_attempts_by_incident").on(table.tenantId, table.incidentId),
    index("plugin_autopatch_attempts_by_rollout").on(table.rolloutId).where(sql`${table.rolloutId} is not null`),
    index("plugin_autopatch_attempts_due").on(table.dueAt).where(sql`${table.dueAt} is not null`),
  ],
);

/** Every transition of an attempt; rows are only ever added. */
export const autopatchAttemptEvents = pgTable(
  "autopatch_attempt_events",
  {
    tenantId: tenantId(),
    attemptId: uuid("attempt_id").notNull(),
    id: uuid("id").notNull(),
    at: instant("at").notNull(),
    fromStatus: text("from_status"),
    toStatus: text("to_status").notNull(),
    phase: text("phase").notNull(),
    actor: text("actor").notNull(),
    reason: text("reason").notNull(),
    detail: jsonb("detail").$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.attemptId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.attemptId], foreignColumns: [autopatchAttempts.tenantId, autopatchAttempts.id] }),
  ],
);

/** Signed orders to agents: they wait here and travel in the answer to a beat. */
export const pluginAgentCommands = pgTable(
  "plugin_agent_commands",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    pluginId: uuid("plugin_id").notNull(),
    attemptId: uuid("attempt_id"),
    type: text("type", { enum: COMMAND_TYPES }).notNull(),
    ref: uuid("ref"),
    payload: jsonb("payload").$type<CommandPayload>().notNull(),
    envelope: jsonb("envelope").$type<Envelope>().notNull(),
    status: text("status", { enum: ["pending", "offered", "applied", "committed", "failed", "cancelled", "expired"] }).notNull(),
    createdAt: instant("created_at").notNull(),
    offeredAt: instant("offered_at"),
    appliedAt: instant("applied_at"),
    finishedAt: instant("finished_at"),
    expiresAt: instant("expires_at").notNull(),
    /** The agent's last word on it and its digest: the same word again is answered alike. */
    result: jsonb("result").$type<Record<string, unknown>>(),
    resultDigest: text("result_digest"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.pluginId], foreignColumns: [plugins.tenantId, plugins.id] }),
    uniqueIndex("plugin_agent_commands_one_in_flight")
      .on(table.tenantId, table.pluginId)
      .where(sql`${table.status} in ('pending', 'offered', 'applied') and ${table.type} not in ('rollback', 'commit', 'ping')`),
    index("plugin_agent_commands_waiting")
      .on(table.tenantId, table.pluginId)
      .where(sql`${table.status} in ('pending', 'offered', 'applied')`),
    index("plugin_agent_commands_by_attempt").on(table.tenantId, table.attemptId),
  ],
);
