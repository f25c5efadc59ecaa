import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  doublePrecision,
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
import { SEVERITIES } from "@/lib/kernel/severity";
import { instant, tenantId, xid8 } from "../columns";

/** What the contract scanner looked at, when, and what that cost. Only ever added. */
export const scanRuns = pgTable(
  "scan_runs",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    kind: text("kind", { enum: ["realtime", "daily", "weekly"] }).notNull(),
    askedBy: text("asked_by").notNull(),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at").notNull(),
    /** Of this process and of the database's answers together, in milliseconds. */
    cpuMs: doublePrecision("cpu_ms").notNull(),
    rowsRead: bigint("rows_read", { mode: "number" }).notNull(),
    checks: integer("checks").notNull(),
    found: integer("found").notNull(),
    newFound: integer("new_found").notNull(),
    /** Checks that could not be made, and why: they say nothing, which is not "well". */
    faults: jsonb("faults").$type<readonly { readonly check: string; readonly detail: string }[]>().notNull(),
    /** From where each incremental check goes on the next time. */
    watermarks: jsonb("watermarks").$type<Readonly<Record<string, unknown>>>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] }), index("scan_runs_newest").on(table.tenantId, table.startedAt.desc())],
);

/** What breaks an invariant: one row for each object that does, however often it is seen. */
export const scanViolations = pgTable(
  "scan_violations",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    invariant: text("invariant").notNull(),
    object: text("object").notNull(),
    level: text("level", { enum: ["error", "warn"] }).notNull(),
    severity: text("severity", { enum: SEVERITIES }).notNull(),
    moduleKey: text("module_key").notNull(),
    detail: text("detail").notNull(),
    evidence: jsonb("evidence")
      .$type<readonly { readonly label: string; readonly value: string; readonly trace_id?: string }[]>()
      .notNull(),
    status: text("status", { enum: ["open", "cleared"] }).notNull(),
    firstSeen: instant("first_seen").notNull(),
    lastSeen: instant("last_seen").notNull(),
    clearedAt: instant("cleared_at"),
    times: integer("times").notNull(),
    runId: uuid("run_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("scan_violations_once").on(table.tenantId, table.invariant, table.object),
    index("scan_violations_open").on(table.tenantId, table.status, table.lastSeen.desc()),
  ],
);

/** What a violation closed at once. In force until a person, and a second one, lift it. */
export const scanBlocks = pgTable(
  "scan_blocks",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    kind: text("kind", { enum: ["route", "writer", "export"] }).notNull(),
    target: text("target").notNull(),
    violationId: uuid("violation_id").notNull(),
    reason: text("reason").notNull(),
    setBy: text("set_by").notNull(),
    setAt: instant("set_at").notNull(),
    liftedBy: text("lifted_by"),
    liftedAt: instant("lifted_at"),
    liftReason: text("lift_reason"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("scan_blocks_in_force").on(table.tenantId, table.kind, table.target).where(sql`${table.liftedAt} is null`),
  ],
);

/** The catalog as migrations made it. */
export const catalogBaseline = pgTable(
  "catalog_baseline",
  { kind: text("kind").notNull(), object: text("object").notNull(), digest: text("digest").notNull() },
  (table) => [primaryKey({ columns: [table.kind, table.object] })],
);

/** What a lint leaves out, and why. */
export const lintExceptions = pgTable(
  "lint_exceptions",
  { lint: text("lint").notNull(), object: text("object").notNull(), why: text("why").notNull() },
  (table) => [primaryKey({ columns: [table.lint, table.object] })],
);

/** From which transaction on every governed row has an audit entry. */
export const auditFloor = pgTable(
  "audit_floor",
  {
    id: integer("id").primaryKey(),
    database: text("database").notNull(),
    since: xid8("since").notNull(),
    kept: jsonb("kept").$type<Readonly<Record<string, number>>>().notNull().default({}),
  },
  (table) => [check("audit_floor_id_check", sql`${table.id} = 1`)],
);

/** A scan that a person asked for, and the run that answered it; one waits at a time. */
export const scanRequests = pgTable(
  "scan_requests",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    kind: text("kind", { enum: ["realtime", "daily", "weekly"] }).notNull(),
    askedBy: text("asked_by").notNull(),
    askedAt: instant("asked_at").notNull(),
    runId: uuid("run_id"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("scan_requests_one_waits").on(table.tenantId).where(sql`${table.runId} is null`),
  ],
);
