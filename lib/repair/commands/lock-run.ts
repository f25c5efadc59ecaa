import { and, asc, eq } from "drizzle-orm";
import { repairRunEvents, repairRunProgress, repairRuns } from "@/db/schema/modules/repairs";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import type { Json } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";

export type RunRow = typeof repairRuns.$inferSelect;
export type ProgressRow = typeof repairRunProgress.$inferSelect;

/** A run, locked: whoever moves it does so one after the other. @throws Refusal not-found */
export async function lockRun(tx: WriterTx, runId: string): Promise<RunRow> {
  const [run] = await tx.select().from(repairRuns).where(eq(repairRuns.id, runId)).for("update");
  return run ?? refuse("not-found", `No repair run ${runId}`);
}

export function readProgress(tx: WriterTx, runId: string): Promise<ProgressRow[]> {
  return tx.select().from(repairRunProgress).where(eq(repairRunProgress.runId, runId)).orderBy(asc(repairRunProgress.tenantId));
}

export async function updateRun(tx: WriterTx, run: RunRow, change: Partial<RunRow>, now: Date): Promise<RunRow> {
  const set = { ...change, updatedAt: now };
  await tx
    .update(repairRuns)
    .set(set)
    .where(and(eq(repairRuns.tenantId, run.tenantId), eq(repairRuns.id, run.id)));
  return { ...run, ...set };
}

/** Every tenant of the run begins the phase: nothing of the one before is under way any more. */
export async function beginPhase(tx: WriterTx, run: RunRow, phase: RunRow["phase"], now: Date): Promise<void> {
  await tx
    .update(repairRunProgress)
    .set({ phase, state: "waiting", tries: 0, orderId: null, heldBy: null, detail: null, updatedAt: now })
    .where(eq(repairRunProgress.runId, run.id));
}

/** A line of the run's own history, never changed afterwards. */
export async function tellRun(
  tx: WriterTx,
  run: RunRow,
  line: { readonly kind: string; readonly summary: string; readonly data?: Readonly<Record<string, Json>> },
  { actor, now, newId, traceId }: CommandContext,
): Promise<void> {
  const { kind, summary, data = {} } = line;
  await tx
    .insert(repairRunEvents)
    .values({ tenantId: run.tenantId, runId: run.id, id: newId(), at: now, kind, actor: actor.id, summary, data: { ...data }, traceId });
}

/** What the audit keeps of a run, and what its callers are answered. */
export function briefOf(run: RunRow) {
  return {
    id: run.id,
    job: run.job,
    module_key: run.moduleKey,
    level: run.level,
    status: run.status,
    digest: run.digest,
    rows_total: run.rowsTotal,
    tenant_ids: run.tenantIds,
    expires_at: run.expiresAt?.toISOString() ?? null,
    error_code: run.errorCode,
  };
}
