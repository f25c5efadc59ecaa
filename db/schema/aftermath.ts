import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import {
  POSTMORTEM_STATUSES,
  type PostmortemAction,
  type PostmortemFacts,
  type PostmortemSections,
} from "@/lib/incidents/postmortems/types";
import type { CheckFinding } from "@/lib/runbooks/types";
import { instant, tenantId } from "./columns";
import { incidentEvents, pluginIncidents } from "./incidents";
import { moduleIncidentEvents, moduleIncidents } from "./modules/incidents";

/** Somebody follows a runbook: once at a time for each incident, so that two people see the same progress. */
export const runbookRuns = pgTable(
  "runbook_runs",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    slug: text("slug").notNull(),
    /** Of the runbook's file when it was begun. */
    version: integer("version").notNull(),
    /** A plugin's or a module's; null where it is followed without one, as an exercise or against a fault of Center itself. */
    incidentId: uuid("incident_id"),
    startedBy: text("started_by").notNull(),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at"),
    endedBy: text("ended_by"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("runbook_runs_one_open")
      .on(table.tenantId, table.slug, sql`coalesce(${table.incidentId}, '00000000-0000-0000-0000-000000000000'::uuid)`)
      .where(sql`${table.endedAt} is null`),
    index("runbook_runs_by_incident").on(table.tenantId, table.incidentId, table.startedAt.desc().nullsLast()),
  ],
);

/** Who did which step when, and what its check found; rows are only ever added. */
export const runbookSteps = pgTable(
  "runbook_steps",
  {
    tenantId: tenantId(),
    runId: uuid("run_id").notNull(),
    id: uuid("id").notNull(),
    stepId: text("step_id").notNull(),
    /** good, bad or unknown for a check; done or skipped for an action; the branch taken for a decision. */
    outcome: text("outcome").notNull(),
    actor: text("actor").notNull(),
    at: instant("at").notNull(),
    note: text("note"),
    evidence: jsonb("evidence").$type<CheckFinding["facts"]>(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.runId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.runId], foreignColumns: [runbookRuns.tenantId, runbookRuns.id] }),
  ],
);

/** Lines of a timeline that somebody thought worth telling later. */
export const incidentStars = pgTable(
  "incident_stars",
  {
    tenantId: tenantId(),
    incidentId: uuid("incident_id").notNull(),
    eventId: uuid("event_id").notNull(),
    isStarred: boolean("is_starred").notNull(),
    starredBy: text("starred_by").notNull(),
    starredAt: instant("starred_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.incidentId, table.eventId] }),
    foreignKey({
      columns: [table.tenantId, table.incidentId, table.eventId],
      foreignColumns: [incidentEvents.tenantId, incidentEvents.incidentId, incidentEvents.id],
    }),
  ],
);

/** The same for modules' incidents. */
export const moduleIncidentStars = pgTable(
  "module_incident_stars",
  {
    tenantId: tenantId(),
    incidentId: uuid("incident_id").notNull(),
    eventId: uuid("event_id").notNull(),
    isStarred: boolean("is_starred").notNull(),
    starredBy: text("starred_by").notNull(),
    starredAt: instant("starred_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.incidentId, table.eventId] }),
    foreignKey({
      columns: [table.tenantId, table.incidentId, table.eventId],
      foreignColumns: [moduleIncidentEvents.tenantId, moduleIncidentEvents.incidentId, moduleIncidentEvents.id],
    }),
  ],
);

/** What was learned from one incident: drafted from its starred lines, reviewed by somebody who did not write it, published. */
export const postmortems = pgTable(
  "postmortems",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    /** A plugin's incident, or the module's beside it: one of the two. */
    incidentId: uuid("incident_id"),
    moduleIncidentId: uuid("module_incident_id"),
    status: text("status", { enum: POSTMORTEM_STATUSES }).notNull(),
    /** Grows with each change; whoever saves says which one they read. */
    revision: integer("revision").notNull(),
    title: text("title").notNull(),
    sections: jsonb("sections").$type<PostmortemSections>().notNull(),
    actions: jsonb("actions").$type<readonly PostmortemAction[]>().notNull(),
    /** What was computed from rows when it was last saved: figures, starred lines, contributing changes, what Center did. */
    facts: jsonb("facts").$type<PostmortemFacts>().notNull(),
    /** Everybody who wrote a word of it: none of them reviews it. */
    authors: text("authors").array().notNull(),
    reviewedBy: text("reviewed_by"),
    reviewedAt: instant("reviewed_at"),
    publishedBy: text("published_by"),
    publishedAt: instant("published_at"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("postmortems_one_each").on(table.tenantId, table.incidentId),
    unique("postmortems_one_each_module").on(table.tenantId, table.moduleIncidentId),
    check("postmortems_about_one", sql`num_nonnulls(${table.incidentId}, ${table.moduleIncidentId}) = 1`),
    foreignKey({ columns: [table.tenantId, table.incidentId], foreignColumns: [pluginIncidents.tenantId, pluginIncidents.id] }),
    foreignKey({ columns: [table.tenantId, table.moduleIncidentId], foreignColumns: [moduleIncidents.tenantId, moduleIncidents.id] }),
    index("postmortems_newest").on(table.createdAt.desc().nullsLast(), table.id.desc().nullsLast()),
  ],
);
