import type { CanaryVerdict } from "@/lib/rollout/canary/judge-canary";
import type { EndsVerdict } from "@/lib/rollout/waves/judge-ends";
import type { WaveRule } from "@/lib/rollout/waves/plan-waves";
import type { WaitsFor } from "@/lib/rollout/waves/rollout-types";
import { widenWave } from "@/lib/rollout/waves/widen-wave";

/** What the next move of a rollout may depend on, read at one moment. */
export interface RolloutFacts {
  readonly now: Date;
  readonly rule: WaveRule;
  readonly waveStartedAt: Date;
  readonly isFirstWave: boolean;
  readonly isLastWave: boolean;
  readonly isNextTheLast: boolean;
  /** Members of this wave, whatever became of them. */
  readonly members: number;
  /** Members of this and earlier waves whose attempt may begin now. */
  readonly startable: number;
  /** Members of this wave, in the last one of any, held back by what passes by itself: their merchants' hours, a switch of their own. */
  readonly heldBack: readonly WaitsFor[];
  /** Attempts of this rollout under way. */
  readonly inFlight: number;
  /** How many more may try the release at once, whoever began the others. */
  readonly room: number;
  /** What stops every start now: switches, storm, freeze, window. */
  readonly blockers: readonly WaitsFor[];
  readonly verdict: CanaryVerdict | null;
  readonly ends: EndsVerdict;
  /** Of all waves. */
  readonly attempts: { readonly ended: number; readonly rolledBack: number };
}

/**
 * recall    harm is shown: the version is pulled everywhere
 * start     so many more attempts begin
 * widen     this wave is proven, the next one begins
 * complete  everybody who can be reached has it
 * hold      nothing to do now; `waitsFor` says why. `isBusy`: attempts are under way
 */
export type Move =
  | { readonly do: "recall"; readonly reason: string }
  | { readonly do: "start"; readonly count: number }
  | { readonly do: "widen" }
  | { readonly do: "complete" }
  | { readonly do: "hold"; readonly waitsFor: readonly WaitsFor[]; readonly isBusy: boolean };

function harmOf({ verdict, ends, attempts }: RolloutFacts): string | null {
  if (ends.decision === "halt") return `harm is shown: ${attempts.rolledBack} of ${attempts.ended} shops had to go back`;
  if (verdict?.decision !== "rollback") return null;
  const { canary, control } = verdict;
  return `harm is shown: ${canary.failures} of ${canary.events} webhooks failed with it, ${control.failures} of ${control.events} without`;
}

/** How many may begin: a release under suspicion goes to one shop at a time. */
function startsOf({ startable, room, inFlight, ends, verdict }: RolloutFacts): number {
  const isSuspicious = ends.decision !== "calm" || (verdict?.reasons.includes("suspicion") ?? false);
  const most = isSuspicious ? Math.min(room, 1 - inFlight) : room;
  return Math.max(0, Math.min(startable, most));
}

/** What holds a shop back and is over at a time that is known, its back-off among it; a switch of its own may stay for ever, and keeps nobody else waiting. */
const ENDS_BY_ITSELF: ReadonlySet<WaitsFor> = new Set(["window", "freeze", "attempts"]);

/**
 * Decides what a rollout does next: harm first, then what stops everything, then the members of its wave, then whether the wave
 * is proven. Whatever is not known holds.
 *
 * A wave that nobody belongs to is passed over once an earlier one reached further than it would have; the first never is.
 */
export function nextMove(facts: RolloutFacts): Move {
  const harm = harmOf(facts);
  if (harm) return { do: "recall", reason: harm };
  const isBusy = facts.inFlight > 0;
  if (facts.blockers.length > 0) return { do: "hold", waitsFor: facts.blockers, isBusy };
  const count = startsOf(facts);
  if (count > 0) return { do: "start", count };
  if (isBusy) return { do: "hold", waitsFor: ["attempts"], isBusy };
  if (facts.startable > 0) return { do: "hold", waitsFor: [facts.ends.decision === "calm" ? "room" : "suspicion"], isBusy };
  const late = facts.heldBack.filter((reason) => ENDS_BY_ITSELF.has(reason));
  if (facts.isLastWave) return late.length > 0 ? { do: "hold", waitsFor: late, isBusy } : { do: "complete" };
  if (facts.members === 0) return facts.isFirstWave ? { do: "hold", waitsFor: ["members"], isBusy } : { do: "widen" };
  const step = widenWave({
    startedAt: facts.waveStartedAt,
    now: facts.now,
    rule: facts.rule,
    verdict: facts.verdict,
    attempts: facts.attempts,
    isNextTheLast: facts.isNextTheLast,
  });
  if (step.step === "widen") return { do: "widen" };
  return { do: "hold", waitsFor: step.step === "hold" ? [...step.waitsFor, ...facts.heldBack] : ["verdict"], isBusy };
}
