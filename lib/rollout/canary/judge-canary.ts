import { LIMITS } from "@/lib/platform/limits";
import { armLikelihoods } from "@/lib/rollout/canary/arm-likelihoods";
import type { CanaryArm, CanaryState } from "@/lib/rollout/canary/canary-state";
import { logEvidence } from "@/lib/rollout/canary/e-values";

/** Both verdicts that end a wave ask for e ≥ 100: each is wrong in at most one wave of a hundred, however often one looks. */
const DECISIVE = Math.log(100);
/** From here on a wave that would commit waits: harm is likelier than not, though not shown. */
const SUSPICIOUS = Math.log(10);

/** Excesses about which the verdict says whether they could be excluded, as shares. */
const EXCESSES: readonly number[] = [0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5];

/** What a wave has to show before the next one. */
export interface CanaryRules {
  /** Largest excess failure share that may stay possible when the wave widens, 0..1: 0.1, 0.05 and 0.02 by default. */
  readonly tolerance: number;
  /** Fewest webhooks in each arm, and fewest plugins in the canary arm that sent any. */
  readonly minimumEvents: number;
  readonly minimumPlugins: number;
}

export interface ArmFigures {
  readonly plugins: number;
  readonly events: number;
  readonly failures: number;
  /** Failure share, 0..1; null without events. */
  readonly rate: number | null;
}

/** Why a wave is held, as data for pages in any language. */
export type HoldReason = "no_data" | "few_events" | "few_plugins" | "suspicion" | "tolerance_not_shown";

/** `hold` counts as halted: whatever is not a commit never widens (mayWiden). */
export interface CanaryVerdict {
  readonly decision: "commit" | "rollback" | "hold";
  readonly reasons: readonly (HoldReason | "harm_shown" | "within_tolerance")[];
  /** e-values, capped at 1e12: against "no worse than control", and against "worse by the tolerance or more". */
  readonly evidence: { readonly worse: number; readonly withinTolerance: number; readonly needed: number };
  readonly canary: ArmFigures;
  readonly control: ArmFigures;
  /** What the evidence so far does not show. */
  readonly unproven: {
    /** The patch may still be worse by up to this excess failure share; null: nothing could be excluded yet. */
    readonly excess: number | null;
    readonly missingEvents: Readonly<Record<CanaryArm, number>>;
    readonly missingPlugins: number;
  };
}

function figuresOf({ tallies }: CanaryState, arm: CanaryArm): ArmFigures {
  const own = tallies.filter((tally) => tally.arm === arm);
  const events = own.reduce((sum, tally) => sum + tally.events, 0);
  const failures = own.reduce((sum, tally) => sum + tally.failures, 0);
  return { plugins: own.length, events, failures, rate: events > 0 ? failures / events : null };
}

function capped(logarithm: number): number {
  return Math.exp(Math.min(logarithm, Math.log(1e12)));
}

/**
 * Judges a wave by the canaries against the plugins that run the old version at the same time, after every beat if one likes.
 *
 * - **rollback**: that the canary is worse is shown, whatever the size of it: tolerance is for ignorance, not for known harm.
 * - **commit**: an excess of the tolerance or more is excluded, on enough webhooks and plugins, and nothing points at harm.
 * - **hold**: everything else, no data included. A wave that is held never widens.
 *
 * False rollbacks ≤ 1 % and false commits ≤ 1 % of waves at any number of looks, as long as plugins are as fickle as
 * shift-grid.ts says at most; measured under bursts too (docs/sira-simulation.md). Pure and incremental: the state holds one line a plugin.
 *
 * Source: e-values.ts.
 */
export function judgeCanary(state: CanaryState, rules: CanaryRules): CanaryVerdict {
  const [canary, control] = [figuresOf(state, "canary"), figuresOf(state, "control")];
  const { worse, notWorseBy } = logEvidence(armLikelihoods(state.tallies));
  const within = notWorseBy(rules.tolerance);
  const missingEvents = {
    canary: Math.max(0, rules.minimumEvents - canary.events),
    control: Math.max(0, rules.minimumEvents - control.events),
  };
  const missingPlugins = Math.max(0, rules.minimumPlugins - canary.plugins);
  const holds: HoldReason[] = [];
  if (canary.events === 0 || control.events === 0) holds.push("no_data");
  if (missingEvents.canary > 0 || missingEvents.control > 0) holds.push("few_events");
  if (missingPlugins > 0) holds.push("few_plugins");
  if (worse >= SUSPICIOUS) holds.push("suspicion");
  if (within < DECISIVE) holds.push("tolerance_not_shown");

  const common = {
    evidence: { worse: capped(worse), withinTolerance: capped(within), needed: capped(DECISIVE) },
    canary,
    control,
    unproven: { excess: EXCESSES.find((excess) => notWorseBy(excess) >= DECISIVE) ?? null, missingEvents, missingPlugins },
  };
  if (worse >= DECISIVE) return { decision: "rollback", reasons: ["harm_shown"], ...common };
  return holds.length > 0
    ? { decision: "hold", reasons: holds, ...common }
    : { decision: "commit", reasons: ["within_tolerance"], ...common };
}

/** Whether the next wave may begin as far as the judge is concerned: a held wave never widens. */
export function mayWiden(verdict: CanaryVerdict | null): boolean {
  return verdict?.decision === "commit";
}

/** What each of the three waves before the last has to show (protocol.md, Policy). */
export function canaryRulesOf(tolerance: number, wavePlugins: number): CanaryRules {
  return {
    tolerance,
    minimumEvents: LIMITS.canaryMinimumEvents,
    minimumPlugins: Math.min(wavePlugins, LIMITS.canaryMinimumPlugins),
  };
}
