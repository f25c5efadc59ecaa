import { sql } from "drizzle-orm";
import { doublePrecision, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { INCIDENT_STATUSES } from "@/lib/incidents/types";
import { SEVERITIES } from "@/lib/kernel/severity";
import { MODULE_CAUSES } from "@/lib/modules/incidents/causes";
import { MODULE_FINDING_TYPES, type ModuleFinding } from "@/lib/modules/types";
import { instant, tenantId } from "../columns";

/** Findings of one module grouped by cause, from the first sight of a fault to its end; of the platform's own tenant where it concerns all. */
export const moduleIncidents = pgTable(
  "module_incidents",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    moduleKey: text("module_key").notNull(),
    cause: text("cause", { enum: MODULE_CAUSES }).notNull(),
    type: text("type", { enum: MODULE_FINDING_TYPES }).notNull(),
    /** The rule, detector, objective or scan that names it now. */
    ruleId: text("rule_id").notNull(),
    severity: text("severity", { enum: SEVERITIES }).notNull(),
    status: text("status", { enum: INCIDENT_STATUSES }).notNull(),
    explain: text("explain").notNull(),
    statistic: text("statistic").notNull(),
    value: doublePrecision("value").notNull(),
    usual: doublePrecision("usual"),
    evidence: jsonb("evidence").$type<ModuleFinding["evidence"]>().notNull(),
    /** Every rule that speaks of this cause now: fresh good evidence has to come about each of them. */
    rules: text("rules").array().notNull(),
    /** First signal in which the fault could be seen. */
    openedAt: instant("opened_at").notNull(),
    detectedAt: instant("detected_at").notNull(),
    lastSeenAt: instant("last_seen_at").notNull(),
    /** Since when fresh signals say that it is gone; null while it is there, or nothing is known. */
    clearedAt: instant("cleared_at"),
    clearStreak: integer("clear_streak").notNull().default(0),
    reopenedCount: integer("reopened_count").notNull().default(0),
    resolvedAt: instant("resolved_at"),
    /** Null where the module recovered by itself or was healed. */
    resolvedBy: text("resolved_by"),
    escalatedAt: instant("escalated_at"),
    closedAt: instant("closed_at"),
    acknowledgedBy: text("acknowledged_by"),
    acknowledgedAt: instant("acknowledged_at"),
    assignedTo: text("assigned_to"),
    /** What the healing engine does about it, in its own words; null while it does nothing. */
    healState: text("heal_state"),
    /** The incident of all tenants that tells this one's story: told once. */
    suppressedBy: uuid("suppressed_by"),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("module_incidents_one_live")
      .on(table.tenantId, table.moduleKey, table.cause)
      .where(sql`${table.status} not in ('resolved', 'closed')`),
    index("module_incidents_newest").on(table.openedAt.desc(), table.id.desc()),
    index("module_incidents_by_id").on(table.id),
    index("module_incidents_page").on(table.tenantId, table.openedAt.desc(), table.id.desc()),
    index("module_incidents_live").on(table.moduleKey).where(sql`${table.status} not in ('resolved', 'closed')`),
    index("module_incidents_ended").on(table.resolvedAt).where(sql`${table.status} = 'resolved'`),
  ],
);

/** The timeline of a module's incident; rows are only ever added. */
export const moduleIncidentEvents = pgTable(
  "module_incident_events",
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
    foreignKey({ columns: [table.tenantId, table.incidentId], foreignColumns: [moduleIncidents.tenantId, moduleIncidents.id] }),
  ],
);

/** Each call that was made for a module's incident, and that none could be made; rows are only ever added. */
export const modulePages = pgTable(
  "module_pages",
  {
    tenantId: tenantId(),
    incidentId: uuid("incident_id").notNull(),
    /** How often the incident had come back by then. */
    episode: integer("episode").notNull(),
    step: integer("step").notNull(),
    kind: text("kind", { enum: ["page", "nobody", "exhausted"] }).notNull(),
    at: instant("at").notNull(),
    personId: uuid("person_id"),
    deliveryId: uuid("delivery_id"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.incidentId, table.episode, table.step] }),
    foreignKey({ columns: [table.tenantId, table.incidentId], foreignColumns: [moduleIncidents.tenantId, moduleIncidents.id] }),
  ],
);
