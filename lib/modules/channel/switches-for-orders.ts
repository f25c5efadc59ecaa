import type { OrderType } from "@/lib/modules/types";

/** What only asks or saves, or takes back what was done, no switch holds: a house that stands still must still be able to undo. */
const ALWAYS: ReadonlySet<OrderType> = new Set(["ping", "repair_rollback", "rollback_release", "snapshot_take", "snapshot_restore"]);

/** Whether kill switch, SAFE_MODE and the categories' switches speak about an order of this type. */
export function isHeldBySwitches(type: OrderType): boolean {
  return !ALWAYS.has(type);
}
