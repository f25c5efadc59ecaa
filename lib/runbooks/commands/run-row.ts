import { and, asc, eq } from "drizzle-orm";
import { runbookRuns, runbookSteps } from "@/db/schema/aftermath";
import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";
import { runbookOf } from "../catalogue";
import type { Runbook, RunbookStep } from "../types";

type RunRow = typeof runbookRuns.$inferSelect;

/** @throws Refusal not-found for one that the caller cannot see, or whose runbook is gone; conflict for one that is over */
export async function lockRun(tx: WriterTx, runId: string): Promise<{ readonly run: RunRow; readonly runbook: Runbook }> {
  const [run] = await tx.select().from(runbookRuns).where(eq(runbookRuns.id, runId)).for("update");
  const runbook = run ? runbookOf(run.slug) : null;
  if (!run || !runbook) refuse("not-found", `No progress ${runId}`);
  if (run.endedAt) refuse("conflict", "This runbook was ended");
  return { run, runbook };
}

/** @throws Refusal invalid where the runbook has no such step, or another kind of step by that name */
export function requireStep<Kind extends RunbookStep["kind"]>(
  runbook: Runbook,
  stepId: string,
  kinds: readonly Kind[],
): Extract<RunbookStep, { kind: Kind }> {
  const step = runbook.steps.find(({ id }) => id === stepId);
  if (!step || !kinds.some((kind) => kind === step.kind)) {
    refuse("invalid", "The runbook has no such step", { errors: [{ path: "stepId", message: `is no ${kinds.join(" or ")} of it` }] });
  }
  return step as Extract<RunbookStep, { kind: Kind }>;
}

/** What was recorded so far, oldest first. */
export function recordsOf(tx: WriterTx, { tenantId, id }: RunRow) {
  const where = and(eq(runbookSteps.tenantId, tenantId), eq(runbookSteps.runId, id));
  return tx.select().from(runbookSteps).where(where).orderBy(asc(runbookSteps.at), asc(runbookSteps.id));
}
