import type { listReleases } from "@/lib/modules/releases/queries-releases";
import type { drillItem, restoreItem, snapshotItem } from "@/lib/modules/snapshots/snapshot-item";

export type SnapshotItem = ReturnType<typeof snapshotItem>;
export type RestoreItem = ReturnType<typeof restoreItem>;
export type DrillItem = ReturnType<typeof drillItem>;

/** What GET /api/ops/snapshots answers. */
export interface SnapshotList {
  readonly items: readonly SnapshotItem[];
  readonly restores: readonly RestoreItem[];
  readonly drills: readonly DrillItem[];
}

/** What GET /api/ops/module-releases answers. */
export type ReleaseList = Awaited<ReturnType<typeof listReleases>>;

/** Names of the tenants that somebody may see, by id. */
export type TenantNames = Readonly<Record<string, string>>;
