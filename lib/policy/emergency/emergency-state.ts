import type { EmergencyKind } from "@/lib/approvals/types";

/** Where one plugin of an emergency rollback stands now. */
export const EMERGENCY_STATES = [
  "stopping",
  "stopped",
  "queued",
  "rolling_back",
  "rolled_back",
  "kept",
  "needs_person",
  "can_undo",
  "cannot_undo",
] as const;
export type EmergencyState = (typeof EMERGENCY_STATES)[number];

/** An attempt as far as it tells where things stand; null status while it is under way. */
interface Tried {
  readonly isOver: boolean;
  readonly status: string;
  readonly needsPerson: boolean;
}

/** What a change that was called off came to. */
function ofCalledOff(kind: EmergencyKind, attempt: Tried | null, isSettled: boolean): EmergencyState {
  if (!attempt) return "needs_person";
  if (!attempt.isOver) return kind === "stopped" ? "stopping" : "rolling_back";
  if (attempt.status === "cancelled") return "stopped";
  if (attempt.status === "rolled_back") return "rolled_back";
  // The agent had confirmed it in that very moment; the worker that follows decides on the way back.
  if (attempt.status === "success") return isSettled ? "kept" : "queued";
  return attempt.needsPerson ? "needs_person" : "stopped";
}

/**
 * Where a plugin stands after an emergency rollback, from what exists now.
 *
 * @param attempt    the change it speaks of
 * @param undo       the rollback of a change that was kept, once it has begun
 * @param isSettled  no worker has anything left to begin
 */
export function emergencyState(
  item: { readonly kind: EmergencyKind; readonly isSettled: boolean },
  attempt: Tried | null,
  undo: Tried | null,
): EmergencyState {
  if (item.kind === "can_undo" || item.kind === "cannot_undo") return item.kind;
  if (undo) return undo.isOver ? (undo.status === "success" ? "rolled_back" : "needs_person") : "rolling_back";
  if (item.kind === "undo") return item.isSettled ? "needs_person" : "queued";
  return ofCalledOff(item.kind, attempt, item.isSettled);
}
