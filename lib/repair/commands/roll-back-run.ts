import { z } from "zod";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { reasonSchema } from "../types";
import { briefOf, lockRun, type RunRow, readProgress, tellRun, updateRun } from "./lock-run";
import { startRollingBack } from "./start-rolling-back";

/** One that failed while it was taken back may have left something: that is asked for again. @throws Refusal conflict */
async function requireSomethingDone(tx: WriterTx, run: RunRow): Promise<void> {
  if (run.status === "applied" || run.status === "applying") return;
  const isLeft = run.status === "failed" && (await readProgress(tx, run.id)).some(({ isApplied }) => isApplied);
  if (!isLeft) refuse("conflict", `A run that is ${run.status} has nothing to take back`);
}

/**
 * Takes back what a run did, is doing, or left when it failed: every row that nobody changed since becomes what it was. Where money, rights or
 * many rows are concerned this only asks: a second person agrees (repair.approve). What Center applied by itself it takes back by itself.
 */
export const rollBackRun = defineCommand({
  name: "repair.rollback",
  permission: "incident:write",
  input: z.strictObject({ runId: z.uuid(), reason: reasonSchema }),

  async apply(tx, { runId, reason }, context) {
    const { actor, now } = context;
    requireAllTenants(actor, "Repairs");
    const run = await lockRun(tx, runId);
    await requireSomethingDone(tx, run);
    const isAsked = run.needsTwo && run.status === "applied" && actor.kind === "person";
    if (isAsked && run.rolledBackBy !== null)
      refuse("conflict", "This was asked for already: a second person agrees", { code: "ERR_SECOND_PERSON" });
    const asked = { rolledBackBy: actor.id, rollbackReason: reason };
    const after = isAsked
      ? await updateRun(tx, run, asked, now)
      : await startRollingBack(tx, run, { ...asked, errorCode: null, error: null }, context);
    if (isAsked) await tellRun(tx, after, { kind: "asked", summary: reason, data: { digest: run.digest, rollback: true } }, context);
    const waiting = isAsked ? { request_id: run.id, awaiting: "second_person" } : {};
    return {
      subject: `repair:${runId}`,
      tenantId: run.tenantId,
      before: briefOf(run),
      after: { ...briefOf(after), asked_by: isAsked ? actor.id : null },
      reason,
      events: [{ name: isAsked ? "repair.asked" : "repair.rolling_back", payload: { repairId: runId, job: run.job } }],
      result: { ...briefOf(after), ...waiting },
    };
  },
});
