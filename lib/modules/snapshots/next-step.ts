import type { moduleCommands } from "@/db/schema/modules/modules";
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
