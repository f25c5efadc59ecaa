import { sql } from "drizzle-orm";
import { bigint, check, index, integer, json, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant, tenantId, xid8 } from "./columns";

/** What was done or refused, by whom, on what: only ever added, by audit_append() alone. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: uuid("id").primaryKey(),
    /** Dense place in the log, given when the entry is sealed. */
    seq: bigint("seq", { mode: "number" }).unique(),
    at: instant("at").notNull(),
    tenantId: uuid("tenant_id"),
    actor: text("actor").notNull(),
    onBehalfOf: text("on_behalf_of"),
    command: text("command").notNull(),
    outcome: text("outcome", { enum: ["done", "refused"] }).notNull(),
    subject: text("subject").notNull(),
    before: jsonb("before"),
    after: jsonb("after"),
    reason: text("reason"),
    traceId: text("trace_id").notNull(),
    leafHash: bytea("leaf_hash"),
    xid: xid8("xid").notNull(),
  },
  (table) => [
    index("audit_entries_by_xid").on(table.xid),
    index("audit_entries_by_tenant").on(table.tenantId, table.at),
    index("audit_entries_by_subject").on(table.subject, table.at),
    index("audit_entries_by_trace").on(table.traceId),
    index("audit_entries_by_at").on(table.at, table.id),
    index("audit_entries_unsealed").on(table.at, table.id).where(sql`${table.seq} is null`),
  ],
);

/** Behind an alias of the audit log: one address or name of a person, sealed by a key of its own; emptied when they are erased. */
export const auditIdentities = pgTable(
  "audit_identities",
  {
    alias: uuid("alias").primaryKey(),
    kind: text("kind", { enum: ["address", "name"] }).notNull(),
    /** The alias of the address: an address' own, or that of whoever has the name. */
    owner: uuid("owner").notNull(),
    /** A keyed digest of the words, so that the same ones keep their alias; null once erased. */
    lookup: text("lookup").unique(),
    /** The key of this row, sealed by the master key. */
    sealedKey: bytea("sealed_key").notNull(),
    sealed: bytea("sealed").notNull(),
    createdAt: instant("created_at").notNull(),
    erasedAt: instant("erased_at"),
  },
  (table) => [
    index("audit_identities_by_owner").on(table.owner),
    check(
      "audit_identities_erased_is_empty",
      sql`(${table.erasedAt} is null) = (length(${table.sealedKey}) > 0 and length(${table.sealed}) > 0 and ${table.lookup} is not null)`,
    ),
  ],
);

/** Hashes of the log's complete subtrees, so that a proof reads a handful of rows: only ever added, by audit_seal() alone. */
export const auditNodes = pgTable(
  "audit_nodes",
  {
    /** 0 is a leaf; a node of level n covers 2^n entries. */
    level: integer("level").notNull(),
    /** Place among the nodes of its level, from 0. */
    position: bigint("position", { mode: "number" }).notNull(),
    hash: bytea("hash").notNull(),
  },
  (table) => [primaryKey({ columns: [table.level, table.position] })],
);

/** What Center vouched for: how long the log was and its root, signed; only ever added, by audit_checkpoint() alone. */
export const auditCheckpoints = pgTable("audit_checkpoints", {
  /** Entries that it covers. */
  size: bigint("size", { mode: "number" }).primaryKey(),
  root: bytea("root").notNull(),
  at: instant("at").notNull(),
  keyid: text("keyid").notNull(),
  /** The signed note, as agents receive it and the copy outside the database keeps it. */
  note: text("note").notNull(),
});

/** Facts that wait to be told to the outside; written in the transaction that made them true. */
export const outbox = pgTable(
  "outbox",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    name: text("name").notNull(),
    payload: jsonb("payload").$type<Record<string, unknown>>().notNull(),
    traceId: text("trace_id").notNull(),
    createdAt: instant("created_at").notNull(),
    dispatchedAt: instant("dispatched_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("outbox_by_id").on(table.id),
    index("outbox_waiting").on(table.id).where(sql`${table.dispatchedAt} is null`),
    index("outbox_dispatched").on(table.dispatchedAt).where(sql`${table.dispatchedAt} is not null`),
  ],
);

/** Answers given to writes that carried an idempotency key. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    actor: text("actor").notNull(),
    key: text("key").notNull(),
    command: text("command").notNull(),
    requestDigest: text("request_digest").notNull(),
    /** As text keeps it: a repeated call is answered with the same bytes. */
    answer: json("answer"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.actor, table.key] }), index("idempotency_keys_by_age").on(table.createdAt)],
);

/** Center's own signing keys, private halves sealed by the master key. */
export const signingKeys = pgTable("signing_keys", {
  keyid: text("keyid").primaryKey(),
  purpose: text("purpose", { enum: ["command", "checkpoint", "tuf_snapshot", "tuf_timestamp"] }).notNull(),
  publicKey: text("public_key").notNull(),
  sealedPrivate: bytea("sealed_private").notNull(),
  createdAt: instant("created_at").notNull(),
  retiredAt: instant("retired_at"),
});

/** Single values of the installation: the master key's check value, and what runs last did. */
export const installation = pgTable("installation", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
  version: integer("version").notNull().default(1),
  updatedAt: instant("updated_at").notNull(),
});

/** Who works on what until when. The fence grows with every lease; a step that carries an old one is refused. */
export const workLeases = pgTable(
  "work_leases",
  {
    tenantId: tenantId(),
    kind: text("kind", { enum: ["attempt", "incident", "delivery", "job"] }).notNull(),
    subjectId: uuid("subject_id").notNull(),
    owner: text("owner").notNull(),
    leaseUntil: instant("lease_until").notNull(),
    fence: bigint("fence", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.kind, table.subjectId] })],
);
