import { asc, eq } from "drizzle-orm";
import { repairRunProgress, repairRuns } from "@/db/schema/modules/repairs";
import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import type { Json } from "@/lib/kernel/canonical-json";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { OrderType } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { applyRun } from "@/lib/repair/commands/apply-run";
import { requestDryRun } from "@/lib/repair/commands/request-dry-run";
import { rollBackRun } from "@/lib/repair/commands/roll-back-run";
import { mayHealAlone } from "@/lib/repair/runs/may-heal-alone";
import type { RepairRow } from "@/lib/repair/types";
import { actionNamed } from "../catalogue";
import type { RunWord } from "../order-of-run";
import type { LoadedAction } from "./facts-of";

const actor = () => systemActor("heal", "operate");

/** The first rows of each tenant. */
async function readRows(tx: ReaderTx, runId: string): Promise<Json[]> {
  const parts = await tx.select({ rows: repairRunProgress.rows }).from(repairRunProgress).where(eq(repairRunProgress.runId, runId));
  return parts.flatMap(({ rows }) => rows as unknown as Json[]);
}

/** The run that an action began, and how it stands; the first one counts, should a worker that slept have begun another. */
export async function readRun(tx: ReaderTx, action: LoadedAction): Promise<(RunWord & { id: string; digest: string | null }) | null> {
  const [run] = await tx.select().from(repairRuns).where(eq(repairRuns.ref, action.id)).orderBy(asc(repairRuns.createdAt)).limit(1);
  if (!run) return null;
  const { id, digest, status, error, errorCode, createdAt, appliedAt, finishedAt } = run;
  const rows = (await readRows(tx, id)) as unknown as RepairRow[];
  const needsTwo = !mayHealAlone({ ...run, rows }, action);
  const until = new Date(createdAt.getTime() + LIMITS.orderSeconds * 1_000);
  return { id, digest, status, needsTwo, error, errorCode, until, finishedAt: finishedAt ?? appliedAt };
}

/** The difference that a run showed, for a plan that people carry out. */
export async function readDiff(tx: ReaderTx, runId: string): Promise<Json[]> {
  return (await readRows(tx, runId)).slice(0, LIMITS.repairRowsShown);
}

/**
 * Has a repair run do what an action's step asks; done before, it is not done again. The run saves, tries, applies and takes back by itself.
 *
 * @throws Refusal conflict when a switch holds it, or it moved on
 */
export async function askRepair(row: LoadedAction, run: Awaited<ReturnType<typeof readRun>>, type: OrderType, now: Date): Promise<void> {
  const reason = row.explain.padEnd(LIMITS.orderReasonCharacters, ".");
  const command = async () => {
    if (type === "repair_dry_run" && run === null) {
      const tenantIds = row.tenantId === PLATFORM_TENANT ? ("all" as const) : [row.tenantId];
      const input = { job: actionNamed(row.action).job, moduleKey: row.moduleKey, tenantIds, reason, ref: row.id };
      await runCommand(requestDryRun, { input, actor: actor(), now });
    }
    if (type === "repair_apply" && run?.status === "ready") {
      await runCommand(applyRun, { input: { runId: run.id, digest: run.digest, reason }, actor: actor(), now });
    }
    if (type === "repair_rollback" && (run?.status === "applied" || run?.status === "applying")) {
      await runCommand(rollBackRun, { input: { runId: run.id, reason }, actor: actor(), now });
    }
  };
  await command();
}
