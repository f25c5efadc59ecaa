import { z } from "zod";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { reasonSchema } from "../types";
import { briefOf, lockRun, tellRun, updateRun } from "./lock-run";

/** Gives up a run before anything was changed. What is being applied is rolled back instead. */
export const cancelRun = defineCommand({
  name: "repair.cancel",
  permission: "incident:write",
  input: z.strictObject({ runId: z.uuid(), reason: reasonSchema }),

  async apply(tx, { runId, reason }, context) {
    const { actor, now } = context;
    requireAllTenants(actor, "Repairs");
    const run = await lockRun(tx, runId);
    if (run.status !== "dry_running" && run.status !== "ready") refuse("conflict", `A run that is ${run.status} cannot be given up`);
    const after = await updateRun(tx, run, { status: "cancelled", finishedAt: now }, now);
    await tellRun(tx, after, { kind: "cancelled", summary: reason }, context);
    return {
      subject: `repair:${runId}`,
      tenantId: run.tenantId,
      before: briefOf(run),
      after: briefOf(after),
      reason,
      events: [{ name: "repair.ended", payload: { repairId: runId, job: run.job, status: "cancelled" } }],
      result: briefOf(after),
    };
  },
});
