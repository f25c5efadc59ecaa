import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import { LIMITS } from "@/lib/platform/limits";
import { beginPhase, type RunRow, tellRun, updateRun } from "./lock-run";

/** From here on the worker takes back, at every tenant, what may have been done there. No switch holds it. */
export async function startRollingBack(tx: WriterTx, run: RunRow, change: Partial<RunRow>, context: CommandContext): Promise<RunRow> {
  const { now } = context;
  await beginPhase(tx, run, "rollback", now);
  const phaseUntil = new Date(now.getTime() + LIMITS.repairPhaseSeconds * 1_000);
  const after = await updateRun(tx, run, { ...change, status: "rolling_back", phase: "rollback", phaseUntil }, now);
  const summary = change.rollbackReason ?? change.error ?? "It is taken back";
  await tellRun(tx, after, { kind: "rolling_back", summary }, context);
  return after;
}
