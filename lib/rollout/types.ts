import type { Hearing } from "@/lib/rollout/health/is-center-deaf";
import type { BeatSample } from "@/lib/telemetry/types";

/** What the health judge looks at; times are the server's. */
export interface HealthInput {
  readonly now: Date;
  readonly appliedAt: Date;
  readonly windowSeconds: number;
  readonly toVersion: string;
  /** Beats of the plugin since shortly before `appliedAt`, oldest first; only signed ones are ever stored. */
  readonly beats: readonly BeatSample[];
  /** Rates before `applied`, from the counters where they exist. Null: nothing was known. */
  readonly baseline: { readonly failRate: number | null; readonly errorsPerMinute: number | null; readonly latencyP95Ms: number | null };
  /** Largest acceptable excess failure share, 0..1. */
  readonly rollbackErrorThreshold: number;
  readonly probes: readonly { readonly at: Date; readonly ok: boolean }[];
  readonly extended: boolean;
  /** Who else was heard since this plugin's newest report; null or missing where nobody looked, since it was not silent. */
  readonly hearing?: Hearing | null;
}

/**
 * Three-valued: unknown is never green. `hold` waits until `until`; `inconclusive` marks a commit that proved little; `isHarm` a rollback
 * for what speaks against the version, and not only for evidence that is missing.
 */
export type HealthVerdict =
  | { readonly decision: "commit"; readonly inconclusive: boolean; readonly reasons: readonly string[]; readonly figures: HealthFigures }
  | { readonly decision: "rollback"; readonly isHarm: boolean; readonly reasons: readonly string[]; readonly figures: HealthFigures }
  | {
      readonly decision: "hold";
      readonly until: Date;
      readonly extend: boolean;
      readonly reasons: readonly string[];
      readonly figures: HealthFigures;
    };

export interface HealthFigures {
  readonly reports: number;
  readonly sent: number;
  readonly failed: number;
  readonly failRate: number | null;
  readonly baselineFailRate: number | null;
  readonly excess: number | null;
}

export const ATTEMPT_STATUSES = ["pending", "staging", "applying", "verifying", "success", "failed", "rolled_back", "cancelled"] as const;
export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number];

/**
 * Where an attempt stands; `status` is derived from it (attempt-machine.ts).
 * queued -> staging -> dispatch -> probation -> committing -> done, or -> reverting -> done.
 */
export const ATTEMPT_PHASES = ["queued", "staging", "dispatch", "probation", "committing", "reverting", "done"] as const;
export type AttemptPhase = (typeof ATTEMPT_PHASES)[number];
