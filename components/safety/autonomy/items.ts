import type { AutonomyAction, AutonomyLevel } from "@/lib/policy/autonomy/decide-autonomy";

/** What machines can earn. */
export const EARNABLE = ["patch", "rollback", "restart", "isolate"] as const satisfies readonly AutonomyAction[];

/** One action at one merchant that machines have to earn (GET /api/ops/policy/autonomy). */
export interface AutonomyItem {
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly action: AutonomyAction;
  readonly level: AutonomyLevel;
  /** Evidence counts from here on. */
  readonly since: string;
  readonly asked_by: string | null;
  readonly asked_reason: string | null;
  readonly promoted_by: readonly string[] | null;
  readonly promoted_at: string | null;
  readonly demoted_by: string | null;
  readonly demoted_at: string | null;
  readonly demoted_reason: string | null;
  readonly kept: number;
  readonly failed: number;
  readonly missing: number;
  readonly may_promote: boolean;
  /** What a second factor is shown for by whoever promotes it. */
  readonly digest: string;
}

/** What the reader may do about it; the server asks again. */
export interface AutonomyPowers {
  readonly email: string | null;
  readonly mayRequire: boolean;
  readonly mayPromote: boolean;
}
