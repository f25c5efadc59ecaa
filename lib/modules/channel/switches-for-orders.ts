import type { OrderType } from "@/lib/modules/types";

/** What only asks or saves, or takes back what was done, no switch holds: a house that stands still must still be able to undo. */
const ALWAYS: ReadonlySet<OrderType> = new Set(["ping", "repair_rollback", "rollback_release", "snapshot_take", "snapshot_restore"]);

/** Whether kill switch, SAFE_MODE and the categories' switches speak about an order of this type. */
export function isHeldBySwitches(type: OrderType): boolean {
  return !ALWAYS.has(type);
}

/** What lets go of a mode, a circuit or a limit that only held harm off: the kill switch alone holds it, because the held state is the safer one. */
const LIFTING: ReadonlySet<OrderType> = new Set(["undegrade", "close_circuit", "restore_limits"]);

/** Whether an order of this type only takes back what was done before: SAFE_MODE and the categories' switches hold what begins. */
export function isLifting(type: OrderType): boolean {
  return LIFTING.has(type);
}
