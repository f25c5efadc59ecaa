import { digestOf } from "@/lib/kernel/canonical-json";
import type { OrderStatus } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { type DoneAnswer, type DryRunAnswer, doneAnswerSchema, dryRunAnswerSchema, type Phase } from "../types";

/** An order as it stands. */
export interface AnsweredOrder {
  readonly status: OrderStatus;
  readonly result: Readonly<Record<string, unknown>> | null;
}

export type Read =
  /** `heldBy`: the code of what holds it back. */
  | { readonly is: "open"; readonly heldBy?: string }
  | { readonly is: "tried"; readonly answer: DryRunAnswer }
  | { readonly is: "done"; readonly answer: DoneAnswer }
  /** Give it once more: the run's id makes it go on where it was. */
  | { readonly is: "again"; readonly why: string }
  | { readonly is: "failed"; readonly code: string; readonly why: string; readonly isUntouched: boolean };

const failed = (why: string, code = "ERR_REPAIR_FAILED", isUntouched = false): Read => ({ is: "failed", code, why, isUntouched });

/** What a module's agent says of a tenant that its platform does not serve: the free core is everybody's, and not everybody is on each platform. */
const NOT_SERVED = "refused:wrong_tenant";
const NO_ROWS: DryRunAnswer = { digest: digestOf([]), rows_total: 0, tables: {}, rows: [], plan: null };
const NOTHING_DONE: DoneAnswer = { is_same: true, rows_done: 0, rows_kept: 0 };

/**
 * What a module's answer to an order of a run means. Whatever is not an answer of the right shape is a failure, and never success.
 *
 * @param tries  how often it was ordered so far
 */
export function readAnswer(phase: Phase, order: AnsweredOrder, tries: number): Read {
  const detail = typeof order.result?.detail === "string" ? order.result.detail : "";
  if (order.status === "queued" || order.status === "offered") return { is: "open" };
  if (order.status === "failed" && detail === NOT_SERVED)
    return phase === "dry_run" ? { is: "tried", answer: NO_ROWS } : { is: "done", answer: NOTHING_DONE };
  if (order.status === "failed" && order.result?.status === "refused") return failed(detail || "the module refused");
  if (order.status !== "done") {
    const why = order.status === "failed" ? detail || "the module failed" : `the order is ${order.status}`;
    return tries < LIMITS.repairTries ? { is: "again", why } : failed(why);
  }
  if (phase === "dry_run") {
    const tried = dryRunAnswerSchema.safeParse(order.result?.result);
    return tried.success ? { is: "tried", answer: tried.data } : failed("the module's answer is no difference of rows");
  }
  const done = doneAnswerSchema.safeParse(order.result?.result);
  if (!done.success) return failed("the module's answer does not say what was done");
  if (!done.data.is_same) return failed("the rows are others than those that were shown", "ERR_REPAIR_DIGEST_MOVED", true);
  return { is: "done", answer: done.data };
}
