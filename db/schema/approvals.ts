import { sql } from "drizzle-orm";
import { bigint, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import type { EmergencyKind, EmergencyScope, Loosening } from "@/lib/approvals/types";
import { LOOSENING_STATUSES } from "@/lib/approvals/types";
import { bytea, instant, tenantId } from "./columns";
import { people } from "./people";
import { plugins } from "./tenants";

/** A wish to turn a switch off, bound to the digest of exactly what it would do; a second person has to agree. */
export const looseningRequests = pgTable(
  "loosening_requests",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    digest: text("digest").notNull(),
    document: jsonb("document").$type<Loosening>().notNull(),
    reason: text("reason").notNull(),
    requestedBy: text("requested_by").notNull(),
    /** What a token proved when it asked: `token`, or null for a browser's session, whose person confirms by a code. */
    requesterProof: text("requester_proof", { enum: ["token", "unproven"] }),
    status: text("status", { enum: LOOSENING_STATUSES }).notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    settledAt: instant("settled_at"),
    settledBy: text("settled_by"),
    settledReason: text("settled_reason"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("loosening_requests_once").on(table.tenantId, table.digest),
    index("loosening_requests_waiting").on(table.tenantId, table.createdAt).where(sql`${table.status} = 'awaiting'`),
  ],
);

/** The second person's yes. Its key is the request's own, so that one request is executed once, whatever races. */
export const looseningApprovals = pgTable(
  "loosening_approvals",
  {
    tenantId: tenantId(),
    requestId: uuid("request_id").notNull(),
    approver: text("approver").notNull(),
    reason: text("reason").notNull(),
    stepUp: text("step_up", { enum: ["totp", "passkey", "token"] }).notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.requestId] }),
    foreignKey({ columns: [table.tenantId, table.requestId], foreignColumns: [looseningRequests.tenantId, looseningRequests.id] }),
  ],
);

/** A person's second factor: its secret, sealed, and the newest code that was used. */
export const totpFactors = pgTable("totp_factors", {
  personId: uuid("person_id")
    .primaryKey()
    .references(() => people.id),
  sealedSecret: bytea("sealed_secret").notNull(),
  keyVersion: integer("key_version").notNull(),
  /** Null until two consecutive codes have shown that the app and Center agree. */
  confirmedAt: instant("confirmed_at"),
  /** Time step of the newest code that counted: no code of it or before counts again. */
  lastStep: bigint("last_step", { mode: "number" }).notNull(),
  failures: integer("failures").notNull().default(0),
  lockedUntil: instant("locked_until"),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});

/** A second factor that somebody showed for exactly one digest; it counts once and for minutes. */
export const stepUps = pgTable(
  "step_ups",
  {
    id: uuid("id").primaryKey(),
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id),
    digest: text("digest").notNull(),
    method: text("method", { enum: ["totp", "passkey"] })
      .notNull()
      .default("totp"),
    provenAt: instant("proven_at").notNull(),
    usedAt: instant("used_at"),
  },
  (table) => [index("step_ups_by_digest").on(table.personId, table.digest)],
);

/** An emergency rollback: what it was to reach, and since when what was kept is undone too. */
export const emergencyRollbacks = pgTable(
  "emergency_rollbacks",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    scope: jsonb("scope").$type<EmergencyScope>().notNull(),
    reason: text("reason").notNull(),
    orderedBy: text("ordered_by").notNull(),
    at: instant("at").notNull(),
    undoSince: instant("undo_since").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("emergency_rollbacks_newest").on(table.at.desc(), table.id.desc()),
  ],
);

/** What one emergency rollback meant for one plugin, and the attempt by which a kept version is undone. */
export const emergencyItems = pgTable(
  "emergency_items",
  {
    tenantId: tenantId(),
    emergencyId: uuid("emergency_id").notNull(),
    pluginId: uuid("plugin_id").notNull(),
    kind: text("kind").$type<EmergencyKind>().notNull(),
    why: text("why").notNull(),
    /** The attempt it speaks of; null where Center made none. */
    attemptId: uuid("attempt_id"),
    undoAttemptId: uuid("undo_attempt_id"),
    /** Nothing is left for a worker to begin. */
    settledAt: instant("settled_at"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.emergencyId, table.pluginId] }),
    foreignKey({ columns: [table.tenantId, table.pluginId], foreignColumns: [plugins.tenantId, plugins.id] }),
    index("emergency_items_open").on(table.createdAt).where(sql`${table.settledAt} is null`),
  ],
);
