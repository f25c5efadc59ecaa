import type { tenantSnapshots } from "@/db/schema/modules/snapshots";
import { LIMITS } from "@/lib/platform/limits";

export type SnapshotRow = typeof tenantSnapshots.$inferSelect;

/** Why a snapshot is taken. */
export const SNAPSHOT_REASONS = ["periodic", "before_patch", "before_restore", "drill", "by_hand"] as const;
export type SnapshotReason = (typeof SNAPSHOT_REASONS)[number];

/** requested: waits for its module. taking: its pieces come in. The other three are ends; a sealed one expires. */
export type SnapshotStatus = SnapshotRow["status"];

/** For how many hours a snapshot is kept once it was asked for. */
const HOURS: Readonly<Record<SnapshotReason, number>> = {
  periodic: LIMITS.snapshotKeepHours,
  before_patch: LIMITS.snapshotKeepHours,
  before_restore: LIMITS.snapshotByHandHours,
  by_hand: LIMITS.snapshotByHandHours,
  drill: 24,
};

/** When a snapshot is dropped that is asked for at this moment. */
export function snapshotExpiry(reason: SnapshotReason, now: Date): Date {
  return new Date(now.getTime() + HOURS[reason] * 3_600_000);
}
