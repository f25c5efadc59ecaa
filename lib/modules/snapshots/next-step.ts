import type { moduleCommands } from "@/db/schema/modules/modules";
import type { snapshotRestores } from "@/db/schema/modules/snapshots";
import { LIMITS } from "@/lib/platform/limits";
import type { SnapshotRow } from "./types";

type OrderRow = Pick<typeof moduleCommands.$inferSelect, "id" | "status" | "result">;

/** What is to be done next about a snapshot or a restore that waits for a module. */
export type Step =
  | { readonly do: "order" }
  | { readonly do: "adopt"; readonly commandId: string }
  | { readonly do: "finish"; readonly commandId: string }
  | { readonly do: "fail"; readonly why: string }
  | { readonly do: "wait" };

const WAIT = { do: "wait" } as const;
const fail = (why: string) => ({ do: "fail", why }) as const;

/** Why an order came to nothing, in its module's own words where it has any. */
function whyNot({ status, result }: OrderRow): string {
  const detail = (result as { detail?: unknown } | null)?.detail;
  return typeof detail === "string" && detail !== "" ? detail : `the order ended as ${status}`;
}

/** How an order that was given stands for what waits for it. */
export function followOrder(order: OrderRow | null): Step {
  if (order === null || order.status === "queued" || order.status === "offered") return WAIT;
  return order.status === "done" ? { do: "finish", commandId: order.id } : fail(whyNot(order));
}

/**
 * What is to be done about a module's snapshot. An order that was given and not noted, because Center died in between, is found by its
 * reference and adopted, never given again.
 *
 * @param order  the order that refers to this snapshot, if any
 */
export function nextSnapshotStep(row: Pick<SnapshotRow, "status" | "requestedAt">, order: OrderRow | null, now: Date): Step {
  if (row.status === "requested" && order !== null) return { do: "adopt", commandId: order.id };
  const step = row.status === "requested" ? ({ do: "order" } as const) : followOrder(order);
  const isLate = now.getTime() - row.requestedAt.getTime() > LIMITS.snapshotTakeSeconds * 1_000;
  return isLate && step.do !== "finish" && step.do !== "fail" ? fail("it was not taken in time") : step;
}

/** What a snapshot of all tenants waits for: sealed once each part is, failed as soon as one is. */
export function nextPartsStep(parts: readonly Pick<SnapshotRow, "status" | "failure">[]): Step | { readonly do: "seal" } {
  const failed = parts.find(({ status }) => status === "failed" || status === "expired");
  if (failed) return fail(`a part of it: ${failed.failure ?? failed.status}`);
  return parts.every(({ status }) => status === "sealed") ? { do: "seal" } : WAIT;
}

type Undone = Pick<typeof snapshotRestores.$inferSelect, "status" | "undoSnapshotId" | "requestedAt">;

/** Whether an order belongs to the snapshot that takes the restore back now, and not to one that was given up. */
export function isOrderOf({ undoSnapshotId }: Undone, order: Pick<typeof moduleCommands.$inferSelect, "payload"> | null): boolean {
  const named = (order?.payload.params as { undo_snapshot_id?: unknown } | undefined)?.undo_snapshot_id;
  return named === undefined || named === undoSnapshotId;
}

/** Whether a module refused because its rows are no longer those that would take the restore back. */
export function hasMoved(order: OrderRow | null): boolean {
  return order?.status === "failed" && whyNot(order).endsWith("moved_since_saved");
}

/**
 * What is to be done about a restore: what moved since it was saved is saved again, some times, and nothing is waited for without end.
 *
 * @param plan.step     as its order or its snapshot has it
 * @param plan.isMoved  its module refused for that reason
 * @param plan.tries    orders given so far
 */
export function nextRestoreStep(
  row: Undone,
  { step, isMoved, tries }: { readonly step: Step; readonly isMoved: boolean; readonly tries: number },
  now: Date,
): Step | { readonly do: "save" } {
  const isLate = now.getTime() - row.requestedAt.getTime() > LIMITS.snapshotRestoreSeconds * 1_000;
  if (row.status === "ordered" && isMoved) {
    if (tries < LIMITS.snapshotRestoreTries && !isLate) return { do: "save" };
    return fail("what is there changed each time before it could be replaced; nothing was changed: try it when nobody writes");
  }
  if (!isLate || step.do !== "wait") return step;
  return fail(
    row.status === "saving" ? "it was not begun in time; nothing was changed" : "its module did not say in time what became of it",
  );
}
