import type { RunStatus } from "@/lib/repair/types";
import type { OrderFact } from "./heal-facts";
import type { HealState } from "./types";

/** What an action has to know of the repair run that does its work. */
export interface RunWord {
  readonly status: RunStatus;
  readonly needsTwo: boolean;
  readonly error: string | null;
  readonly errorCode: string | null;
  readonly until: Date;
  readonly finishedAt: Date | null;
}

const NOTHING_LEFT = { status: "failed", word: "refused" } as const;
type Ended = Pick<OrderFact, "status" | "word"> & { readonly isForPeople?: boolean; readonly isUnderWay?: boolean };

/** The trial: over once there is something to apply, for people where two have to agree. */
function ofTrial({ status, needsTwo }: RunWord): Ended {
  if (status === "dry_running") return { status: "offered", word: null };
  if (status === "planned") return { status: "done", word: null, isForPeople: true };
  if (status === "ready") return { status: "done", word: null, isForPeople: needsTwo };
  return status === "applying" || status === "applied" ? { status: "done", word: null, isUnderWay: true } : NOTHING_LEFT;
}

/** The repair itself: a run that failed has taken back what it did, or is stuck. */
function ofApplying({ status }: RunWord): Ended {
  if (status === "ready") return { status: "queued", word: null };
  if (status === "applying") return { status: "offered", word: null };
  return status === "applied" ? { status: "done", word: null } : NOTHING_LEFT;
}

function ofWayBack({ status }: RunWord): Ended {
  if (status === "failed") return { status: "failed", word: "failed" };
  return status === "applying" || status === "applied" || status === "rolling_back"
    ? { status: "offered", word: null }
    : { status: "done", word: null };
}

/** How a repair run stands, as the order that an action in some state waits for. */
export function orderOfRun(run: RunWord, state: HealState): OrderFact {
  const ended = state === "reverting" ? ofWayBack(run) : state === "snapshotting" || state === "proposed" ? ofTrial(run) : ofApplying(run);
  const detail = run.error ?? (run.status === "clean" ? "there is nothing to mend" : `the repair is ${run.status}`);
  const isStuck = run.status === "failed" && run.errorCode === "ERR_REPAIR_STUCK";
  return { ...ended, expiresAt: run.until, finishedAt: run.finishedAt, detail, isStuck };
}
