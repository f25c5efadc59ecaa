import { z } from "zod";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { reasonSchema } from "../types";
import { briefOf, lockRun } from "./lock-run";
import { startRollingBack } from "./start-rolling-back";

/** Takes back what a run did, or is doing: every row that nobody changed since becomes what it was. */
export const rollBackRun = defineCommand({
  name: "repair.rollback",
  permission: "incident:write",
  input: z.strictObject({ runId: z.uuid(), reason: reasonSchema }),

  async apply(tx, { runId, reason }, context) {
    const { actor } = context;
    requireAllTenants(actor, "Repairs");
    const run = await lockRun(tx, runId);
    if (run.status !== "applied" && run.status !== "applying") refuse("conflict", `A run that is ${run.status} has nothing to take back`);
    const after = await startRollingBack(tx, run, { rolledBackBy: actor.id, rollbackReason: reason }, context);
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
