import { sql } from "drizzle-orm";
import { boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { PHASES, PROGRESS_STATES, type RepairRow, RUN_STATUSES } from "@/lib/repair/types";
import { instant, tenantId } from "../columns";

/** One run of a repair job: of one tenant, or the platform's own where it is about several. */
export const repairRuns = pgTable(
  "repair_runs",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    job: text("job").notNull(),
    jobVersion: integer("job_version").notNull(),
    level: integer("level").$type<1 | 2 | 3>().notNull(),
    /** Who does it: the module's agent by signed orders, or Center itself on its own rows. */
    site: text("site", { enum: ["module", "center"] }).notNull(),
    moduleKey: text("module_key"),
    /** Whose rows, in order; the platform's own tenant for what is Center's. */
    tenantIds: uuid("tenant_ids").array().notNull(),
    status: text("status", { enum: RUN_STATUSES }).notNull(),
    phase: text("phase", { enum: PHASES }).notNull(),
    /** What the job is about where it needs to be told, e.g. which migration. */
    params: jsonb("params").$type<Record<string, string>>().notNull().default({}),
    /** Of the whole difference, all tenants: what may be applied, and nothing else. */
    digest: text("digest"),
    rowsTotal: integer("rows_total"),
    tables: jsonb("tables").$type<Record<string, number>>(),
    /** Of level 3: what people would have to do. */
    plan: jsonb("plan").$type<Record<string, unknown>>(),
    needsTwo: boolean("needs_two").notNull().default(false),
    requestedBy: text("requested_by").notNull(),
    reason: text("reason").notNull(),
    /** Whose automatic healing it is; null for what a person asked for. */
    category: text("category"),
    /** What asked for it, e.g. a heal action. */
    ref: uuid("ref"),
    /** Who asked that it be applied, where a second person has to agree. */
    askedBy: text("asked_by"),
    askedReason: text("asked_reason"),
    appliedBy: text("applied_by"),
    applyReason: text("apply_reason"),
    rolledBackBy: text("rolled_back_by"),
    rollbackReason: text("rollback_reason"),
    errorCode: text("error_code"),
    error: text("error"),
    traceId: text("trace_id").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    readyAt: instant("ready_at"),
    /** Until when the dry-run may be applied. */
    expiresAt: instant("expires_at"),
    /** Until when the phase that is under way has to have ended. */
    phaseUntil: instant("phase_until"),
    appliedAt: instant("applied_at"),
    finishedAt: instant("finished_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("repair_runs_one_changes")
      .on(table.tenantId, table.job, sql`coalesce(${table.moduleKey}, '')`)
      .where(sql`${table.status} in ('applying', 'rolling_back')`),
    index("repair_runs_open").on(table.updatedAt).where(sql`${table.status} in ('dry_running', 'ready', 'applying', 'rolling_back')`),
    index("repair_runs_newest").on(table.createdAt.desc().nullsLast(), table.id.desc().nullsLast()),
  ],
);

/** How far a run is at one tenant. */
export const repairRunProgress = pgTable(
  "repair_run_progress",
  {
    tenantId: tenantId(),
    runId: uuid("run_id").notNull(),
    /** Where the run's own row is. */
    runTenantId: uuid("run_tenant_id").notNull(),
    phase: text("phase", { enum: PHASES }).notNull(),
    state: text("state", { enum: PROGRESS_STATES }).notNull(),
    tries: integer("tries").notNull().default(0),
    orderId: uuid("order_id"),
    digest: text("digest"),
    rowsTotal: integer("rows_total").notNull().default(0),
    /** The first of them, for people; the digest is of all. */
    rows: jsonb("rows").$type<readonly RepairRow[]>().notNull().default([]),
    tables: jsonb("tables").$type<Record<string, number>>().notNull().default({}),
    plan: jsonb("plan").$type<Record<string, unknown>>(),
    rowsDone: integer("rows_done").notNull().default(0),
    /** Left as they were because somebody else had changed them meanwhile. */
    rowsKept: integer("rows_kept").notNull().default(0),
    /** Whether anything of it may have been applied here. */
    isApplied: boolean("is_applied").notNull().default(false),
    snapshotId: uuid("snapshot_id"),
    /** The code of what holds its order back, e.g. a switch; asked again less and less often, and audited once. */
    heldBy: text("held_by"),
    detail: text("detail"),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.runId] }), index("repair_run_progress_by_run").on(table.runId)],
);

/** Every step of a run; only ever added to. */
export const repairRunEvents = pgTable(
  "repair_run_events",
  {
    tenantId: tenantId(),
    runId: uuid("run_id").notNull(),
    id: uuid("id").notNull(),
    at: instant("at").notNull(),
    kind: text("kind").notNull(),
    actor: text("actor").notNull(),
    summary: text("summary").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
    traceId: text("trace_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.runId, table.id] }),
    foreignKey({
      name: "repair_run_events_run_fk",
      columns: [table.tenantId, table.runId],
      foreignColumns: [repairRuns.tenantId, repairRuns.id],
    }),
  ],
);

/** What a repair of Center's own rows does, written before it does it. */
export const repairJournal = pgTable(
  "repair_journal",
  {
    tenantId: tenantId(),
    runId: uuid("run_id").notNull(),
    n: integer("n").notNull(),
    tableName: text("table_name").notNull(),
    key: jsonb("key").$type<Record<string, unknown>>().notNull(),
    before: jsonb("before").$type<Record<string, unknown> | null>(),
    after: jsonb("after").$type<Record<string, unknown> | null>(),
    state: text("state", { enum: ["planned", "done", "kept", "undone"] }).notNull(),
    changedAt: instant("changed_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.runId, table.n] }),
    foreignKey({
      name: "repair_journal_run_fk",
      columns: [table.tenantId, table.runId],
      foreignColumns: [repairRuns.tenantId, repairRuns.id],
    }),
  ],
);
