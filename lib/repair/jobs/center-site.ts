import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import type { Clock } from "@/lib/platform/clock";
import { stepCenterRun } from "../commands/center/step-center-run";
import type { Read } from "../runs/read-answer";
import { dryRunAnswerSchema } from "../types";
import type { OpenRun, RunPart } from "./open-run";

/** The next piece of a run on Center's own rows: the difference, or one chunk of it, in a transaction of its own. */
export async function stepAtCenter({ run, lease }: OpenRun, part: RunPart, clock: Clock): Promise<Read> {
  const input = { runId: run.id, fence: lease.fence, phase: run.phase };
  try {
    const call = { input, actor: systemActor("repair", "operate"), now: clock.now(), knownRefusal: part.heldBy };
    const step = await runCommand(stepCenterRun, call);
    if (step.tried) return { is: "tried", answer: dryRunAnswerSchema.parse(step.tried) };
    if (!step.is_equal)
      return { is: "failed", code: "ERR_REPAIR_STUCK", why: "a row that was taken back is not what it was", isUntouched: false };
    if (!step.is_over) return { is: "open" };
    return { is: "done", answer: { is_same: true, rows_done: step.rows_done, rows_kept: step.rows_kept } };
  } catch (error) {
    if (!(error instanceof Refusal) || error.details.code === "ERR_LEASE_LOST") throw error;
    const code = error.details.code ?? "ERR_REPAIR_FAILED";
    if (code === "ERR_WRITER_STOPPED") return { is: "open", heldBy: code };
    return { is: "failed", code, why: error.message, isUntouched: code === "ERR_REPAIR_DIGEST_MOVED" };
  }
}
