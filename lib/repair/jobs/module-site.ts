import { and, eq } from "drizzle-orm";
import { moduleCommands } from "@/db/schema/modules/modules";
import { tenantSnapshots } from "@/db/schema/modules/snapshots";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { orderModule } from "@/lib/modules/channel/commands/order-module";
import { takeSnapshot } from "@/lib/modules/snapshots/jobs/take-snapshot";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { derivedId } from "../runs/derived-id";
import { type Read, readAnswer } from "../runs/read-answer";
import type { OpenRun, RunPart } from "./open-run";

const actor = () => systemActor("repair", "operate");
const TYPES = { dry_run: "repair_dry_run", apply: "repair_apply", rollback: "repair_rollback" } as const;

/** What holds an order back for a while: it is asked for again, until the phase has run out of time. */
const PASSING = new Set(["ERR_ORDER_UNDER_WAY", "ERR_KILL_SWITCH", "ERR_SAFE_MODE", "ERR_AUTO_HEAL_OFF", "ERR_WRITER_STOPPED"]);

/** The step's own id: the order's `ref`, the snapshot's id. A phase that is begun once more, with time of its own, gives orders of its own. */
export function stepId({ run }: OpenRun, part: RunPart, tries: number): string {
  return derivedId(run.id, part.tenantId, run.phase, run.phaseUntil?.toISOString() ?? "", tries);
}

async function findOrder(part: RunPart) {
  const { tenantId, orderId } = part;
  const [order] = await read(scopeFor("operate"), (tx) =>
    tx
      .select({ status: moduleCommands.status, result: moduleCommands.result })
      .from(moduleCommands)
      .where(and(eq(moduleCommands.tenantId, tenantId), eq(moduleCommands.ref, orderId ?? "")))
      .limit(1),
  );
  return order ?? null;
}

async function giveOrder({ run }: OpenRun, part: RunPart, now: Date): Promise<void> {
  const type = TYPES[run.phase as keyof typeof TYPES];
  const asker = { dry_run: run.requestedBy, snapshot: run.appliedBy, apply: run.appliedBy, rollback: run.rolledBackBy ?? run.appliedBy }[
    run.phase
  ];
  const about = { job: run.job, version: run.jobVersion, run_id: run.id };
  const input = {
    module: run.moduleKey,
    type,
    tenantId: part.tenantId,
    params: type === "repair_apply" ? { ...about, digest: part.digest } : about,
    reason: `${run.job}, run ${run.id}`,
    category: run.category,
    asker,
    ref: part.orderId,
    planDigest: type === "repair_apply" ? part.digest : null,
    expiresInSeconds: LIMITS.repairOrderSeconds,
  };
  const call = { input, actor: actor(), now, idempotencyKey: `repair:${part.orderId}`, knownRefusal: part.heldBy };
  await runCommand(orderModule, call);
}

/** A snapshot of this tenant's data in the module, asked for once and then looked after. */
async function lookAfterSnapshot({ run }: OpenRun, part: RunPart, now: Date): Promise<Read> {
  const { tenantId } = part;
  const id = part.orderId ?? "";
  const [known] = await read(scopeFor("operate"), (tx) =>
    tx
      .select({ status: tenantSnapshots.status })
      .from(tenantSnapshots)
      .where(and(eq(tenantSnapshots.tenantId, tenantId), eq(tenantSnapshots.id, id))),
  );
  const wanted = { id, tenantId, moduleKey: run.moduleKey, reason: "before_patch", note: `${run.job}, run ${run.id}` } as const;
  const { status } = known ?? (await takeSnapshot(wanted, actor(), now));
  if (status === "sealed") return { is: "done", answer: { is_same: true, rows_done: 0, rows_kept: 0 } };
  if (status === "requested" || status === "taking") return { is: "open" };
  const why = `the snapshot is ${status}`;
  if (part.tries < LIMITS.repairTries) return { is: "again", why };
  return { is: "failed", code: "ERR_REPAIR_NO_SNAPSHOT", why, isUntouched: true };
}

/**
 * How one tenant of a run stands in its phase: gives the order where none was given yet, and reads its answer. What was begun is noted before
 * this is called, so that a crash in here gives no second order.
 */
export async function lookAtModule(open: OpenRun, part: RunPart, now: Date): Promise<Read> {
  // Where nothing was found wrong, nothing is saved, changed or taken back: the module there may not even serve this tenant.
  if (part.rowsTotal === 0 && open.run.phase !== "dry_run") return { is: "done", answer: { is_same: true, rows_done: 0, rows_kept: 0 } };
  try {
    if (open.run.phase === "snapshot") return await lookAfterSnapshot(open, part, now);
    const order = await findOrder(part);
    if (order) return readAnswer(open.run.phase, order, part.tries);
    await giveOrder(open, part, now);
    return { is: "open" };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code = "" } = error.details;
    if (PASSING.has(code) || error.kind === "unavailable") return { is: "open", heldBy: code || "ERR_UNAVAILABLE" };
    // Of the order before, whose answer never came, nobody knows what it did.
    const isUntouched = open.run.phase !== "rollback" && part.tries === 1;
    return {
      is: "failed",
      code: open.run.phase === "snapshot" ? "ERR_REPAIR_NO_SNAPSHOT" : "ERR_REPAIR_FAILED",
      why: error.message,
      isUntouched,
    };
  }
}
