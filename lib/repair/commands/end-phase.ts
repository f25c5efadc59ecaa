import { z } from "zod";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireFence } from "@/lib/gateway/lease";
import type { CommandContext } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { needsTwoPeople } from "../runs/needs-two-people";
import { nextStep } from "../runs/next-step";
import { runDigest } from "../runs/run-digest";
import type { RunStatus } from "../types";
import { beginPhase, briefOf, lockRun, type ProgressRow, type RunRow, readProgress, tellRun, updateRun } from "./lock-run";
import { startRollingBack } from "./start-rolling-back";

const seconds = (now: Date, count: number) => new Date(now.getTime() + count * 1_000);

/** What the tenants' differences come to: nothing to mend, a plan for people, or something that may be applied. */
async function endDryRun(tx: WriterTx, run: RunRow, parts: readonly ProgressRow[], now: Date): Promise<RunRow> {
  const rowsTotal = parts.reduce((sum, part) => sum + part.rowsTotal, 0);
  const tables: Record<string, number> = {};
  for (const part of parts) for (const [table, rows] of Object.entries(part.tables)) tables[table] = (tables[table] ?? 0) + rows;
  const digest = runDigest(
    run,
    parts.map(({ tenantId, digest: own }) => ({ tenantId, digest: own ?? "" })),
  );
  const plans = Object.fromEntries(parts.flatMap(({ tenantId, plan }) => (plan ? [[tenantId, plan]] : [])));
  const plan = Object.keys(plans).length > 0 ? plans : null;
  const found = { digest, rowsTotal, tables, plan };
  if (rowsTotal === 0) return updateRun(tx, run, { ...found, status: "clean", finishedAt: now }, now);
  if (run.level === 3) return updateRun(tx, run, { ...found, status: "planned", finishedAt: now }, now);
  const needsTwo = needsTwoPeople({ isSensitive: run.needsTwo, rowsTotal });
  const expiresAt = seconds(now, LIMITS.repairReadySeconds);
  return updateRun(tx, run, { ...found, status: "ready", needsTwo, readyAt: now, expiresAt }, now);
}

/** The phase came to its good end everywhere. */
async function endWell(tx: WriterTx, run: RunRow, parts: readonly ProgressRow[], now: Date): Promise<RunRow> {
  switch (run.phase) {
    case "dry_run":
      return endDryRun(tx, run, parts, now);
    case "snapshot":
      await beginPhase(tx, run, "apply", now);
      return updateRun(tx, run, { phase: "apply", phaseUntil: seconds(now, LIMITS.repairPhaseSeconds) }, now);
    case "apply":
      return updateRun(tx, run, { status: "applied", appliedAt: now, finishedAt: now }, now);
    case "rollback": {
      // What was taken back because something failed has failed all the same.
      const status: RunStatus = run.errorCode === null ? "rolled_back" : "failed";
      return updateRun(tx, run, { status, finishedAt: now }, now);
    }
  }
}

const CODES = {
  dry_run: "ERR_REPAIR_FAILED",
  snapshot: "ERR_REPAIR_NO_SNAPSHOT",
  apply: "ERR_REPAIR_FAILED",
  rollback: "ERR_REPAIR_STUCK",
};

/** It failed somewhere, or took too long. What may have been changed is taken back first; what cannot be taken back needs a person. */
async function endBadly(tx: WriterTx, run: RunRow, parts: readonly ProgressRow[], isLate: boolean, context: CommandContext) {
  const { now } = context;
  const failed = parts.find(({ state }) => state === "failed");
  const error = failed?.detail ?? (isLate ? "it took too long" : "it did not come to its end");
  const errorCode = run.phase === "rollback" ? CODES.rollback : (run.errorCode ?? CODES[run.phase]);
  if (run.phase === "apply" && parts.some(({ isApplied }) => isApplied)) {
    return startRollingBack(tx, run, { errorCode, error }, context);
  }
  return updateRun(tx, run, { status: "failed", errorCode, error, finishedAt: now }, now);
}

/** Ends the phase that a run is in, once every tenant has, and begins the next one. Decided anew from the rows, under their lock. */
export const endPhase = defineCommand({
  name: "repair.move",
  permission: "system",
  isPolled: true,
  input: z.strictObject({ runId: z.uuid(), fence: z.number().int() }),

  async apply(tx, { runId, fence }, context) {
    const { now } = context;
    const run = await lockRun(tx, runId);
    await requireFence(tx, { kind: "job", tenantId: run.tenantId, id: run.id, fence });
    const parts = await readProgress(tx, run.id);
    const step = nextStep(run, parts, now);
    if (step.do === "wait" || step.do === "work") refuse("conflict", "This run has moved on");
    const after =
      step.do === "expire"
        ? await updateRun(tx, run, { status: "expired", finishedAt: now }, now)
        : step.isWhole
          ? await endWell(tx, run, parts, now)
          : await endBadly(tx, run, parts, step.isLate, context);
    const isEnd = after.finishedAt !== null;
    if (after.status !== run.status && after.status !== "rolling_back") {
      const data = { digest: after.digest, rows_total: after.rowsTotal, error_code: after.errorCode };
      await tellRun(tx, after, { kind: after.status, summary: after.error ?? "", data }, context);
    }
    return {
      subject: `repair:${run.id}`,
      tenantId: run.tenantId,
      before: briefOf(run),
      after: { ...briefOf(after), error: after.error },
      events: [{ name: isEnd ? "repair.ended" : "repair.moved", payload: { repairId: run.id, job: run.job, status: after.status } }],
      result: { run_id: run.id, status: after.status, phase: after.phase },
    };
  },
});
