import { systemActor } from "@/lib/access/system-actor";
import { type Lease, underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import type { Clock } from "@/lib/platform/clock";
import { reportFault } from "@/lib/platform/faults/report-fault";
import { LIMITS } from "@/lib/platform/limits";
import { continueTrace, withTrace } from "@/lib/platform/trace";
import { endPhase } from "../commands/end-phase";
import { noteProgress } from "../commands/note-progress";
import { heldRest } from "../runs/held-rest";
import { nextStep } from "../runs/next-step";
import type { Read } from "../runs/read-answer";
import { stepAtCenter } from "./center-site";
import { lookAtModule, stepId } from "./module-site";
import { listOpenRuns, loadRun, type OpenRun, type RunPart } from "./open-run";

/** How long a round that somebody else was faster at is left alone. */
const OUTPACED_SECONDS = 1;

const actor = () => systemActor("repair", "operate");

type Note = { readonly from: RunPart["state"]; readonly to: RunPart["state"]; readonly tries: number } & Readonly<Record<string, unknown>>;

async function note({ run, lease }: OpenRun, part: RunPart, word: Note, clock: Clock): Promise<void> {
  const input = { runId: run.id, fence: lease.fence, tenantId: part.tenantId, phase: run.phase, ...word };
  await runCommand(noteProgress, { input, actor: actor(), now: clock.now() });
}

/** Noted before anything is ordered: from here on something may have been changed at this tenant. */
async function begin(open: OpenRun, part: RunPart, clock: Clock): Promise<void> {
  const { phase } = open.run;
  if (phase === "rollback" && !part.isApplied) {
    await note(open, part, { from: "waiting", to: "done", tries: part.tries, detail: "nothing was done here" }, clock);
    return;
  }
  const tries = Math.min(part.tries + 1, LIMITS.repairTries);
  const id = stepId(open, part, tries);
  const isApplied = phase === "apply" ? { isApplied: true } : {};
  const own = phase === "snapshot" ? { orderId: id, snapshotId: id } : { orderId: id };
  await note(open, part, { from: "waiting", to: "ordered", tries, ...own, ...isApplied }, clock);
}

/** What an answer makes of a tenant's row. */
async function take(open: OpenRun, part: RunPart, read: Read, clock: Clock): Promise<void> {
  const from = "ordered" as const;
  const { tries } = part;
  const { phase } = open.run;
  switch (read.is) {
    case "open":
      // What holds it back is written down once, and again when it is something else.
      if ((read.heldBy ?? null) !== part.heldBy && (read.heldBy !== undefined || part.heldBy !== null)) {
        return note(open, part, { from, to: from, tries, heldBy: read.heldBy ?? null, detail: part.detail }, clock);
      }
      return;
    case "tried":
      return note(open, part, { from, to: "done", tries, tried: read.answer }, clock);
    case "done": {
      const done = { rowsDone: read.answer.rows_done, rowsKept: read.answer.rows_kept };
      const undone = phase === "rollback" ? { isApplied: false } : {};
      return note(open, part, { from, to: "done", tries, ...(phase === "snapshot" ? {} : { done }), ...undone }, clock);
    }
    case "again":
      return note(open, part, { from, to: "waiting", tries, detail: read.why }, clock);
    case "failed": {
      const untouched = read.isUntouched && phase === "apply" ? { isApplied: false } : {};
      return note(open, part, { from, to: "failed", tries, detail: read.why, code: read.code, ...untouched }, clock);
    }
  }
}

/** One round of a run. @returns seconds for which it can be left alone: longer, the longer everything in it is held */
async function takeRound(id: string, lease: Lease, clock: Clock): Promise<number> {
  const open = await loadRun(id, lease);
  if (!open) return 0;
  const { run, parts } = open;
  const step = nextStep(run, parts, clock.now());
  if (step.do === "wait") return 0;
  if (step.do !== "work") {
    await runCommand(endPhase, { input: { runId: id, fence: lease.fence }, actor: actor(), now: clock.now() });
    return 0;
  }
  const partOf = (tenantId: string) => parts.find((part) => part.tenantId === tenantId);
  let restSeconds: number = step.begin.length > 0 ? 0 : LIMITS.repairHeldSeconds;
  for (const part of step.look.map(partOf)) {
    if (!part) continue;
    const read = run.site === "center" ? await stepAtCenter(open, part, clock) : await lookAtModule(open, part, clock.now());
    await take(open, part, read, clock);
    restSeconds = Math.min(
      restSeconds,
      read.is === "open" && read.heldBy ? heldRest(part.heldBy === null ? null : part.updatedAt, clock.now()) : 0,
    );
  }
  for (const part of step.begin.map(partOf)) if (part) await begin(open, part, clock);
  return restSeconds;
}

/**
 * Moves every repair run as far as it can go now, each under its own lease and in the trace that it was asked for in. Crash at any point: the
 * next worker decides from what is stored (docs/decisions/0020).
 *
 * @returns how many there were to look at
 */
export async function advanceRepairs(owner: string, clock: Clock): Promise<number> {
  const due = await listOpenRuns(clock.now());
  for (const { id, tenantId, traceId } of due) {
    await withTrace(continueTrace(traceId), () =>
      underLease({ kind: "job", tenantId, id }, owner, async (lease, rest) => {
        try {
          rest.seconds = await takeRound(id, lease, clock);
        } catch (error) {
          rest.seconds = OUTPACED_SECONDS;
          // Somebody was faster: the next round looks again.
          if (!(error instanceof Refusal)) reportFault(`A round of repair run ${id} failed and will be taken up again`, error, {});
        }
      }),
    );
  }
  return due.length;
}
