import { z } from "zod";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { reasonSchema } from "../types";
import { briefOf, lockRun, type RunRow, readProgress } from "./lock-run";
import { startRollingBack } from "./start-rolling-back";

/** One that failed while it was taken back may have left something: that is asked for again. @throws Refusal conflict */
async function requireSomethingDone(tx: WriterTx, run: RunRow): Promise<void> {
  if (run.status === "applied" || run.status === "applying") return;
  const isLeft = run.status === "failed" && (await readProgress(tx, run.id)).some(({ isApplied }) => isApplied);
  if (!isLeft) refuse("conflict", `A run that is ${run.status} has nothing to take back`);
}

/** Takes back what a run did, is doing, or left when it failed: every row that nobody changed since becomes what it was. */
export const rollBackRun = defineCommand({
  name: "repair.rollback",
  permission: "incident:write",
  input: z.strictObject({ runId: z.uuid(), reason: reasonSchema }),

  async apply(tx, { runId, reason }, context) {
    const { actor } = context;
    requireAllTenants(actor, "Repairs");
    const run = await lockRun(tx, runId);
    await requireSomethingDone(tx, run);
    const change = { rolledBackBy: actor.id, rollbackReason: reason, errorCode: null, error: null };
    const after = await startRollingBack(tx, run, change, context);
    return {
      subject: `repair:${runId}`,
      tenantId: run.tenantId,
      before: briefOf(run),
      after: briefOf(after),
      reason,
      events: [{ name: "repair.rolling_back", payload: { repairId: runId, job: run.job } }],
      result: briefOf(after),
    };
  },
});
