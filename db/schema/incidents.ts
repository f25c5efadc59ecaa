import { sql } from "drizzle-orm";
import { doublePrecision, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Finding } from "@/lib/detection/types";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import type { Cause } from "@/lib/incidents/causes";
import { FLEET_KINDS, FLEET_STATUSES } from "@/lib/incidents/fleet/types";
import { INCIDENT_STATUSES } from "@/lib/incidents/types";
import { SEVERITIES } from "@/lib/kernel/severity";
import type { Permit, PermitInput } from "@/lib/policy/types";
import type { Watch } from "@/lib/sira/learning/watch";
import { OUTCOMES } from "@/lib/sira/outcomes";
import type { SiraDecision, SiraRequest } from "@/lib/sira/types";
import { instant, tenantId } from "./columns";
import { plugins } from "./tenants";

/** Findings of one plugin grouped by cause, from the first sight of a fault to its end. */
export const pluginIncidents = pgTable(
  "plugin_incidents",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    pluginId: uuid("plugin_id").notNull(),
    pluginKey: text("plugin_key").notNull(),
    type: text("type", { enum: INCIDENT_TYPES }).notNull(),
    cause: text("cause").$type<Cause>().notNull(),
    severity: text("severity", { enum: SEVERITIES }).notNull(),
    status: text("status", { enum: INCIDENT_STATUSES }).notNull(),
    /** First beat in which the fault could be seen. */
    openedAt: instant("opened_at").notNull(),
    detectedAt: instant("detected_at").notNull(),
    resolvedAt: instant("resolved_at"),
    resolvedBy: text("resolved_by"),
    escalatedAt: instant("escalated_at"),
    closedAt: instant("closed_at"),
    updatedAt: instant("updated_at").notNull(),
    value: doublePrecision("value").notNull(),
    finding: jsonb("finding").$type<Finding>().notNull(),
    telemetrySnapshot: jsonb("telemetry_snapshot").$type<Record<string, unknown>>().notNull(),
    siraDecision: jsonb("sira_decision").$type<SiraDecision>(),
    permit: jsonb("permit").$type<Permit>(),
    decisionId: uuid("decision_id"),
    planDigest: text("plan_digest"),
    clearStreak: integer("clear_streak").notNull().default(0),
    reopenedCount: integer("reopened_count").notNull().default(0),
    acknowledgedBy: text("acknowledged_by"),
    acknowledgedAt: instant("acknowledged_at"),
    assignedTo: text("assigned_to"),
    /** When the decider may look again; null when nothing is due. */
    decideAt: instant("decide_at"),
    /** Since when this bout of it is known: its opening, or the last time it came back. Null for what was opened before this was kept. */
    noticedAt: instant("noticed_at"),
    /** The fleet incident that it belongs to, or belonged to. */
    fleetId: uuid("fleet_id"),
    /** Of which kind that is while it is open: `shared` holds every decision about this incident. */
    fleetKind: text("fleet_kind", { enum: FLEET_KINDS }),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.pluginId], foreignColumns: [plugins.tenantId, plugins.id] }),
    uniqueIndex("plugin_incidents_one_live")
      .on(table.tenantId, table.pluginId, table.cause)
      .where(sql`${table.status} not in ('resolved', 'closed')`),
    index("plugin_incidents_by_id").on(table.id),
    index("plugin_incidents_page").on(table.tenantId, table.openedAt.desc(), table.id.desc()),
    index("plugin_incidents_newest").on(table.openedAt.desc(), table.id.desc()),
    index("plugin_incidents_by_status").on(table.tenantId, table.status, table.openedAt.desc(), table.id.desc()),
    index("plugin_incidents_unowned")
      .on(table.severity, table.openedAt)
      .where(sql`${table.acknowledgedAt} is null and ${table.status} not in ('resolved', 'closed')`),
    index("plugin_incidents_due").on(table.decideAt).where(sql`${table.decideAt} is not null`),
    index("plugin_incidents_noticed").on(table.noticedAt).where(sql`${table.status} not in ('resolved', 'closed')`),
    index("plugin_incidents_by_fleet").on(table.fleetId, table.openedAt.desc(), table.id.desc()).where(sql`${table.fleetId} is not null`),
  ],
);

/** What many merchants have at once, told as one: signature × version × cohort. A matter of the platform's own tenant. */
export const fleetIncidents = pgTable(
  "fleet_incidents",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    kind: text("kind", { enum: FLEET_KINDS }).notNull(),
    status: text("status", { enum: FLEET_STATUSES }).notNull(),
    /** The rule that found it. */
    signature: text("signature").notNull(),
    /** Plugin and version to blame; both null where it is no version. */
    pluginKey: text("plugin_key"),
    version: text("version"),
    cohort: text("cohort").notNull(),
    severity: text("severity", { enum: SEVERITIES }).notNull(),
    explain: text("explain").notNull(),
    /** When its first member was noticed. */
    since: instant("since").notNull(),
    detectedAt: instant("detected_at").notNull(),
    /** When it last took somebody in. */
    joinedAt: instant("joined_at").notNull(),
    /** The most members it ever had. */
    most: integer("most").notNull(),
    endedAt: instant("ended_at"),
    /** Null where it ended by itself. */
    endedBy: text("ended_by"),
    /** Whoever owns it: nobody else is woken for it. */
    acknowledgedBy: text("acknowledged_by"),
    acknowledgedAt: instant("acknowledged_at"),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("fleet_incidents_one_open")
      .on(table.tenantId, table.signature, sql`coalesce(${table.pluginKey}, '')`, sql`coalesce(${table.version}, '')`, table.cohort)
      .where(sql`${table.status} = 'open'`),
    index("fleet_incidents_newest").on(table.tenantId, table.since.desc(), table.id.desc()),
  ],
);

/** The timeline of an incident; rows are only ever added. */
export const incidentEvents = pgTable(
  "incident_events",
  {
    tenantId: tenantId(),
    incidentId: uuid("incident_id").notNull(),
    id: uuid("id").notNull(),
    at: instant("at").notNull(),
    kind: text("kind").notNull(),
    actor: text("actor").notNull(),
    summary: text("summary").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.incidentId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.incidentId], foreignColumns: [pluginIncidents.tenantId, pluginIncidents.id] }),
  ],
);

/** Each proposal and permit with every input, so that both can be replayed bit for bit. */
export const siraDecisions = pgTable(
  "sira_decisions",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    incidentId: uuid("incident_id").notNull(),
    at: instant("at").notNull(),
    source: text("source", { enum: ["local", "remote", "fallback"] }).notNull(),
    request: jsonb("request").$type<SiraRequest>().notNull(),
    decision: jsonb("decision").$type<SiraDecision>().notNull(),
    permitInput: jsonb("permit_input").$type<PermitInput>().notNull(),
    permit: jsonb("permit").$type<Permit>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.incidentId], foreignColumns: [pluginIncidents.tenantId, pluginIncidents.id] }),
    index("sira_decisions_by_incident").on(table.tenantId, table.incidentId, table.at),
    index("sira_decisions_newest").on(table.at),
  ],
);

/** What became of a proposal: the material SIRA learns from. */
export const siraLearningFeedback = pgTable(
  "sira_learning_feedback",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    incidentId: uuid("incident_id").notNull(),
    attemptId: uuid("attempt_id"),
    decisionId: uuid("decision_id"),
    input: jsonb("input").$type<SiraRequest | null>(),
    output: jsonb("output").$type<SiraDecision | null>(),
    outcome: text("outcome", { enum: OUTCOMES }).notNull(),
    detail: text("detail").notNull(),
    at: instant("at").notNull(),
    /** What was true when the watch over a success began; null where there is nothing to watch. */
    watch: jsonb("watch").$type<Watch | null>(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.incidentId], foreignColumns: [pluginIncidents.tenantId, pluginIncidents.id] }),
    index("sira_learning_feedback_newest").on(table.at),
    index("sira_learning_feedback_by_incident").on(table.tenantId, table.incidentId, table.at),
  ],
);
