import type { CanaryVerdict } from "@/lib/rollout/canary/judge-canary";
import { mayWiden } from "@/lib/rollout/canary/judge-canary";
import { judgeEnds } from "@/lib/rollout/waves/judge-ends";
import type { WaveRule } from "@/lib/rollout/waves/plan-waves";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Largest share of attempts that were rolled back before everybody receives the release (protocol.md, Policy). */
const MOST_ROLLED_BACK = 0.02;

/** How a wave stands. */
export interface WaveStanding {
  readonly startedAt: Date;
  readonly now: Date;
  readonly rule: WaveRule;
  readonly verdict: CanaryVerdict | null;
  /** Attempts with this release so far in all waves, and those of them that were rolled back. */
  readonly attempts: { readonly ended: number; readonly rolledBack: number };
  readonly isNextTheLast: boolean;
}

/** What becomes of a wave; `waitsFor` says what is missing, for pages in any language. */
export type WaveStep =
  | { readonly step: "widen" }
  | { readonly step: "rollback" }
  | { readonly step: "hold"; readonly waitsFor: readonly ("bake_time" | "verdict" | "suspicion" | "rollback_rate")[] };

/**
 * Widens a wave only when it has baked, the judge commits, nothing points at harm and few were rolled back; whatever is not known holds it.
 *
 * The judge of webhooks alone would forget: shops that keep the release go on reporting, and outweigh in time the one in three that had
 * to go back. So suspicion over how attempts ended holds the wave for a person, however calm the webhooks have become.
 */
export function widenWave({ startedAt, now, rule, verdict, attempts, isNextTheLast }: WaveStanding): WaveStep {
  if (verdict?.decision === "rollback") return { step: "rollback" };
  const hasBaked = now.getTime() - startedAt.getTime() >= rule.bakeDays * DAY_MS;
  const isCalm = attempts.ended > 0 && attempts.rolledBack / attempts.ended < MOST_ROLLED_BACK;
  const ends = judgeEnds({ kept: attempts.ended - attempts.rolledBack, harmed: attempts.rolledBack });
  const waitsFor = [
    ...(hasBaked ? [] : ["bake_time" as const]),
    ...(mayWiden(verdict) ? [] : ["verdict" as const]),
    ...(ends.decision === "calm" ? [] : ["suspicion" as const]),
    ...(isNextTheLast && !isCalm ? ["rollback_rate" as const] : []),
  ];
  return waitsFor.length > 0 ? { step: "hold", waitsFor } : { step: "widen" };
}
