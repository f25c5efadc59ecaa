import { and, desc, eq, isNull } from "drizzle-orm";
import { restoreDrills, snapshotRestores, tenantSnapshots } from "@/db/schema/modules/snapshots";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { drillItem, restoreItem, snapshotItem } from "./snapshot-item";

/** What somebody looks for among snapshots. */
export interface Wanted {
  readonly tenantId?: string | undefined;
  /** `center` for Center's own rows. */
  readonly moduleKey?: string | undefined;
  readonly status?: (typeof tenantSnapshots.$inferSelect)["status"] | undefined;
  readonly limit: number;
}

const ofModule = (key: string) => (key === "center" ? isNull(tenantSnapshots.moduleKey) : eq(tenantSnapshots.moduleKey, key));

/** Snapshots within a scope, the newest first. */
export async function listSnapshots(scope: TenantScope, { tenantId, moduleKey, status, limit }: Wanted) {
  const rows = await read(scope, (tx) =>
    tx
      .select()
      .from(tenantSnapshots)
      .where(
        and(
          tenantId === undefined ? undefined : eq(tenantSnapshots.tenantId, tenantId),
          moduleKey === undefined ? undefined : ofModule(moduleKey),
          status === undefined ? undefined : eq(tenantSnapshots.status, status),
        ),
      )
      .orderBy(desc(tenantSnapshots.requestedAt), desc(tenantSnapshots.id))
      .limit(limit),
  );
  return rows.map(snapshotItem);
}

/** One snapshot with what was restored from it; null beyond the scope. */
export async function showSnapshot(scope: TenantScope, id: string) {
  return read(scope, async (tx) => {
    const [row] = await tx.select().from(tenantSnapshots).where(eq(tenantSnapshots.id, id));
    if (!row) return null;
    const restores = await tx.select().from(snapshotRestores).where(eq(snapshotRestores.snapshotId, id)).limit(LIMITS.pageSize);
    const drills = await tx.select().from(restoreDrills).where(eq(restoreDrills.snapshotId, id)).limit(LIMITS.pageSize);
    return { ...snapshotItem(row), restores: restores.map(restoreItem), drills: drills.map(drillItem) };
  });
}

/** Restores within a scope, the newest first. */
export async function listRestores(scope: TenantScope, limit: number) {
  const rows = await read(scope, (tx) => tx.select().from(snapshotRestores).orderBy(desc(snapshotRestores.requestedAt)).limit(limit));
  return rows.map(restoreItem);
}

/** One restore as it stands; null beyond the scope. */
export async function showRestore(scope: TenantScope, id: string) {
  const [row] = await read(scope, (tx) => tx.select().from(snapshotRestores).where(eq(snapshotRestores.id, id)));
  return row ? restoreItem(row) : null;
}

/** Rehearsals within a scope, the newest first. */
export async function listDrillItems(scope: TenantScope, limit: number) {
  const rows = await read(scope, (tx) => tx.select().from(restoreDrills).orderBy(desc(restoreDrills.finishedAt)).limit(limit));
  return rows.map(drillItem);
}
