import type { AttemptPhase, AttemptStatus } from "@/lib/rollout/types";

export type PhaseMark = "done" | "now" | "failed" | "ahead";

const WAY = ["queued", "staging", "dispatch", "probation", "committing"] as const satisfies readonly AttemptPhase[];
const STEPS: readonly string[] = WAY;
type Step = (typeof WAY)[number] | "reverting";

interface Walked {
  readonly phase: AttemptPhase;
  readonly status: AttemptStatus;
  readonly events?: readonly { readonly phase: string }[];
}

/** The furthest step of the way that an attempt is known to have reached. */
function reached({ phase, status, events }: Walked): number {
  if (status === "success") return WAY.length - 1;
  const phases = [phase, ...(events ?? []).map((event) => event.phase)];
  return Math.max(0, ...phases.map((name) => STEPS.indexOf(name)));
}

/**
 * Marks each step of an attempt's way as done, under way, failed or ahead. A way that had to be undone ends in a step of
 * its own, which took place where everything after it did not.
 */
export function phaseMarks(attempt: Walked): readonly { readonly phase: Step; readonly mark: PhaseMark }[] {
  const { phase, status } = attempt;
  const furthest = reached(attempt);
  const isOver = phase === "done";
  const isUndone = phase === "reverting" || status === "rolled_back";
  const markAt = (at: number): PhaseMark => {
    if (status === "success" || at < furthest) return "done";
    if (at > furthest) return "ahead";
    return isOver || isUndone ? "failed" : "now";
  };
  const way = WAY.map((step, at) => ({ phase: step as Step, mark: markAt(at) }));
  if (!isUndone) return way;
  return [...way.filter(({ mark }) => mark !== "ahead"), { phase: "reverting", mark: isOver ? "done" : "now" }];
}
