import { sql } from "drizzle-orm";
import { bigint, boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { RollbackItem } from "@/lib/modules/releases/types";
import { bytea, instant, tenantId } from "../columns";

/** What a tenant's data was at one moment, as one module keeps it; without a module: Center's own rows about the tenant. */
export const tenantSnapshots = pgTable(
  "tenant_snapshots",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    moduleKey: text("module_key"),
    /** The snapshot of all tenants that this one is a part of. */
    parentId: uuid("parent_id"),
    reason: text("reason", { enum: ["periodic", "before_patch", "before_restore", "drill", "by_hand"] }).notNull(),
    note: text("note").notNull(),
    status: text("status", { enum: ["requested", "taking", "sealed", "failed", "expired"] }).notNull(),
    requestedBy: text("requested_by").notNull(),
    requestedAt: instant("requested_at").notNull(),
    /** The order by which its module takes it. */
    commandId: uuid("command_id"),
    moduleVersion: text("module_version"),
    /** Since when what it holds may be older than what there is. */
    takenAt: instant("taken_at"),
    sealedAt: instant("sealed_at"),
    expiresAt: instant("expires_at").notNull(),
    chunks: integer("chunks").notNull().default(0),
    rows: bigint("rows", { mode: "number" }).notNull().default(0),
    bytes: bigint("bytes", { mode: "number" }).notNull().default(0),
    /** Files that its rows name by their digest: the bytes themselves stay where they are. */
    objectRefs: integer("object_refs").notNull().default(0),
    digest: text("digest"),
    failure: text("failure"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("tenant_snapshots_under_way").on(table.requestedAt).where(sql`${table.status} in ('requested', 'taking')`),
    index("tenant_snapshots_newest").on(table.tenantId, table.moduleKey, table.requestedAt.desc()),
    index("tenant_snapshots_by_parent").on(table.parentId).where(sql`${table.parentId} is not null`),
    index("tenant_snapshots_by_expiry").on(table.expiresAt).where(sql`${table.status} <> 'expired'`),
  ],
);

/** The key that names a tenant's chunks, sealed by its data key. */
export const snapshotKeys = pgTable("snapshot_keys", {
  tenantId: tenantId().primaryKey(),
  keyVersion: integer("key_version").notNull(),
  sealed: bytea("sealed").notNull(),
  createdAt: instant("created_at").notNull(),
});

/** Pieces of snapshots, each kept once for a tenant, sealed by its data key. */
export const snapshotChunks = pgTable(
  "snapshot_chunks",
  {
    tenantId: tenantId(),
    /** HMAC-SHA-256 of the plain bytes under the tenant's snapshot key, in hex. */
    digest: text("digest").notNull(),
    keyVersion: integer("key_version").notNull(),
    sealed: bytea("sealed").notNull(),
    bytes: integer("bytes").notNull(),
    /** When it was brought last: what nothing refers to is not dropped while somebody may be about to. */
    touchedAt: instant("touched_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.digest] }), index("snapshot_chunks_by_touch").on(table.touchedAt)],
);

/** Which chunks a snapshot is made of, in order; a chunk is referred to as often as it stands here. */
export const snapshotRefs = pgTable(
  "snapshot_refs",
  {
    tenantId: tenantId(),
    snapshotId: uuid("snapshot_id").notNull(),
    position: integer("position").notNull(),
    digest: text("digest").notNull(),
    rows: integer("rows").notNull(),
    bytes: integer("bytes").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.snapshotId, table.position] }),
    foreignKey({ columns: [table.tenantId, table.snapshotId], foreignColumns: [tenantSnapshots.tenantId, tenantSnapshots.id] }),
    foreignKey({ columns: [table.tenantId, table.digest], foreignColumns: [snapshotChunks.tenantId, snapshotChunks.digest] }),
    index("snapshot_refs_by_chunk").on(table.tenantId, table.digest),
  ],
);

/** One putting back of a snapshot: by whom, why, what undoes it, and whether what is there now is what was saved. */
export const snapshotRestores = pgTable(
  "snapshot_restores",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    snapshotId: uuid("snapshot_id").notNull(),
    moduleKey: text("module_key"),
    /** What was there before: restoring it takes this restore back. */
    undoSnapshotId: uuid("undo_snapshot_id").notNull(),
    status: text("status", { enum: ["saving", "ordered", "done", "failed"] }).notNull(),
    reason: text("reason").notNull(),
    requestedBy: text("requested_by").notNull(),
    requestedAt: instant("requested_at").notNull(),
    commandId: uuid("command_id"),
    isEqual: boolean("is_equal"),
    rows: bigint("rows", { mode: "number" }),
    /** Rows of append-only history that came later and were left as they are. */
    kept: bigint("kept", { mode: "number" }),
    detail: text("detail"),
    finishedAt: instant("finished_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.snapshotId], foreignColumns: [tenantSnapshots.tenantId, tenantSnapshots.id] }),
    index("snapshot_restores_under_way").on(table.requestedAt).where(sql`${table.status} in ('saving', 'ordered')`),
    index("snapshot_restores_newest").on(table.tenantId, table.requestedAt.desc()),
  ],
);

/** One rehearsal of a restore, in a scratch schema. */
export const restoreDrills = pgTable(
  "restore_drills",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    snapshotId: uuid("snapshot_id").notNull(),
    moduleKey: text("module_key"),
    startedAt: instant("started_at").notNull(),
    finishedAt: instant("finished_at").notNull(),
    isEqual: boolean("is_equal").notNull(),
    rows: bigint("rows", { mode: "number" }).notNull(),
    /** How long putting it back took. */
    rtoMs: bigint("rto_ms", { mode: "number" }).notNull(),
    /** How old the newest snapshot was: what would have been lost. */
    rpoMs: bigint("rpo_ms", { mode: "number" }).notNull(),
    detail: text("detail"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("restore_drills_newest").on(table.tenantId, table.moduleKey, table.finishedAt.desc()),
  ],
);

/** A set of versions of Center and its modules that ran together. */
export const moduleReleases = pgTable(
  "module_releases",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    digest: text("digest").notNull(),
    centerVersion: text("center_version").notNull(),
    /** The newest migration of the database that they ran on. */
    schemaVersion: text("schema_version").notNull(),
    members: jsonb("members").$type<Record<string, { version: string; manifest_digest: string | null }>>().notNull(),
    status: text("status", { enum: ["observed", "validated", "rolled_back"] }).notNull(),
    seenAt: instant("seen_at").notNull(),
    validatedAt: instant("validated_at"),
    /** Since when another set runs. */
    endedAt: instant("ended_at"),
    rolledBackBy: text("rolled_back_by"),
    rolledBackAt: instant("rolled_back_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("module_releases_newest").on(table.tenantId, table.seenAt.desc()),
    uniqueIndex("module_releases_one_current").on(table.tenantId).where(sql`${table.endedAt} is null`),
  ],
);

/** A way back to a set of versions that ran well. */
export const releaseRollbacks = pgTable(
  "release_rollbacks",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    releaseId: uuid("release_id").notNull(),
    status: text("status", { enum: ["ordered", "done", "failed"] }).notNull(),
    reason: text("reason").notNull(),
    requestedBy: text("requested_by").notNull(),
    requestedAt: instant("requested_at").notNull(),
    finishedAt: instant("finished_at"),
    /** What is to become of each module, and what became of it. */
    items: jsonb("items").$type<RollbackItem[]>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.releaseId], foreignColumns: [moduleReleases.tenantId, moduleReleases.id] }),
    index("release_rollbacks_newest").on(table.tenantId, table.requestedAt.desc()),
    uniqueIndex("release_rollbacks_one_open").on(table.tenantId).where(sql`${table.status} = 'ordered'`),
  ],
);
