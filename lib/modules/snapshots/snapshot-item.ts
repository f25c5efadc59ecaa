import type { restoreDrills, snapshotRestores } from "@/db/schema/modules/snapshots";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { restoreDigest } from "./restore-digest";
import type { SnapshotRow } from "./types";

const at = (instant: Date | null) => instant?.toISOString() ?? null;

/** A snapshot as the API tells it. Which chunks it is made of stays here. */
export function snapshotItem(row: SnapshotRow) {
  return {
    id: row.id,
    tenant_id: row.tenantId,
    module_key: row.moduleKey,
    parent_id: row.parentId,
    reason: row.reason,
    note: row.note,
    status: row.status,
    requested_by: row.requestedBy,
    requested_at: row.requestedAt.toISOString(),
    taken_at: at(row.takenAt),
    sealed_at: at(row.sealedAt),
    expires_at: row.expiresAt.toISOString(),
    module_version: row.moduleVersion,
    rows: row.rows,
    bytes: row.bytes,
    object_refs: row.objectRefs,
    digest: row.digest,
    failure: row.failure,
    /** What somebody shows a second factor for to restore it; null where it cannot be. */
    restore_digest: row.status === "sealed" && row.tenantId !== PLATFORM_TENANT ? restoreDigest(row) : null,
  };
}

/** A restore as the API tells it. */
export function restoreItem(row: typeof snapshotRestores.$inferSelect) {
  return {
    id: row.id,
    tenant_id: row.tenantId,
    module_key: row.moduleKey,
    snapshot_id: row.snapshotId,
    undo_snapshot_id: row.undoSnapshotId,
    status: row.status,
    reason: row.reason,
    requested_by: row.requestedBy,
    requested_at: row.requestedAt.toISOString(),
    finished_at: at(row.finishedAt),
    is_equal: row.isEqual,
    rows: row.rows,
    kept: row.kept,
    detail: row.detail,
    rto_ms: row.finishedAt ? row.finishedAt.getTime() - row.requestedAt.getTime() : null,
  };
}

/** A rehearsal as the API tells it. */
export function drillItem(row: typeof restoreDrills.$inferSelect) {
  return {
    id: row.id,
    tenant_id: row.tenantId,
    module_key: row.moduleKey,
    snapshot_id: row.snapshotId,
    finished_at: row.finishedAt.toISOString(),
    is_equal: row.isEqual,
    rows: row.rows,
    rto_ms: row.rtoMs,
    rpo_ms: row.rpoMs,
    detail: row.detail,
  };
}
