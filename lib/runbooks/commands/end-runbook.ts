import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { runbookRuns } from "@/db/schema/aftermath";
import { defineCommand } from "@/lib/gateway/define-command";
import { currentStep } from "../progress";
import { lockRun, recordsOf } from "./run-row";
import { subjectOf, told } from "./run-subject";

/** Somebody is through with a runbook, or leaves it where it is; what was recorded stays. */
export const endRunbook = defineCommand({
  name: "runbook.end",
  permission: "incident:write",
  input: z.strictObject({ runId: z.uuid().toLowerCase() }),

  async apply(tx, { runId }, { actor, now }) {
    const { run, runbook } = await lockRun(tx, runId);
    const left = currentStep(runbook, await recordsOf(tx, run));
    const key = and(eq(runbookRuns.tenantId, run.tenantId), eq(runbookRuns.id, runId));
    await tx.update(runbookRuns).set({ endedAt: now, endedBy: actor.id }).where(key);
    const how = left ? `left at “${left.title.en}”` : "followed to its end";
    return {
      subject: `runbook:${runId}`,
      tenantId: run.tenantId,
      before: { ended_at: null },
      after: { ended_at: now, left_at: left?.id ?? null },
      ...told(runId, await subjectOf(tx, run.incidentId), { summary: `Runbook ${how}: ${runbook.title.en}` }),
      result: { id: runId, left_at: left?.id ?? null },
    };
  },
});
