import type { HoldReason } from "@/lib/rollout/canary/judge-canary";
import type { MemberState, RolloutState, WaitsFor } from "@/lib/rollout/waves/rollout-types";

export type Counts = Readonly<Record<MemberState, number>>;

/** One rollout as a line of the list (GET /api/ops/rollouts). */
export interface RolloutItem {
  readonly id: string;
  readonly release_id: string;
  readonly plugin_key: string;
  readonly version: string;
  readonly state: RolloutState;
  readonly wave: number;
  readonly wave_name: string;
  readonly waits_for: readonly WaitsFor[];
  readonly reason: string;
  readonly state_reason: string | null;
  readonly started_by: string;
  readonly started_at: string;
  readonly updated_at: string;
  readonly ended_at: string | null;
  readonly counts: Counts;
}

interface Arm {
  readonly plugins: number;
  readonly events: number;
  readonly failures: number;
  readonly rate: number | null;
}

/** What the judge said of a wave, as it is stored. */
export interface VerdictItem {
  readonly decision: "commit" | "rollback" | "hold";
  readonly reasons: readonly (HoldReason | "harm_shown" | "within_tolerance")[];
  readonly evidence: { readonly worse: number; readonly withinTolerance: number; readonly needed: number };
  readonly canary: Arm;
  readonly control: Arm;
  readonly unproven: {
    readonly excess: number | null;
    readonly missingEvents: { readonly canary: number; readonly control: number };
    readonly missingPlugins: number;
  };
}

export interface WaveItem {
  readonly wave: number;
  readonly name: string;
  readonly share: number;
  readonly merchants: number | null;
  readonly bake_seconds: number;
  readonly bake_left_seconds: number;
  readonly tolerance: number;
  readonly started_at: string | null;
  readonly proven_at: string | null;
  readonly proven_by: string | null;
  readonly proven_reason: string | null;
  readonly verdict: VerdictItem | null;
  readonly counts: Counts;
}

export interface MemberItem {
  readonly plugin_id: string;
  readonly tenant_name: string;
  readonly wave: number;
  readonly state: MemberState;
  readonly is_late: boolean;
  readonly why: string | null;
  readonly running_version: string;
}

/** A version that is pulled, and how far (GET /api/ops/rollouts/recalls). */
export interface RecallItem {
  readonly id: string;
  readonly kind: "recall" | "abort";
  readonly reason: string;
  readonly ordered_by: string;
  readonly at: string;
  readonly cleared_at: string | null;
  readonly waiting: number;
  readonly undoing: number;
  readonly undone: number;
  readonly needs_person: number;
  readonly left_on_bad: number;
  readonly items: readonly {
    readonly plugin_id: string;
    readonly tenant_name: string;
    readonly state: string;
    readonly why: string | null;
  }[];
}

/** One rollout in full (GET /api/ops/rollouts/:id). */
export interface RolloutDetail extends RolloutItem {
  readonly rehearsals: readonly { readonly from_version: string; readonly passed: boolean; readonly undo_token: string | null }[];
  readonly ends: { readonly decision: "halt" | "suspicious" | "calm"; readonly evidence: number; readonly needed: number };
  readonly waves: readonly WaveItem[];
  readonly left_running: { readonly applied: number; readonly on_the_way: number };
  readonly members: readonly MemberItem[];
  readonly recall: RecallItem | null;
  /** What a second factor is shown for. */
  readonly digests: { readonly promote: string; readonly resume: string };
}

/** What the person on the page may do. */
export interface RolloutPowers {
  readonly mayStart: boolean;
  readonly mayStop: boolean;
}
