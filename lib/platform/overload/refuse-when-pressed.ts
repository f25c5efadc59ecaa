import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { pressureGauge } from "./pressure-gauge";
import { isShed, type WorkKind } from "./shed";

/**
 * Turns work away while this process is too hard pressed for its kind, before it costs anything: exports first, then reads, then beats,
 * never what is for safety.
 *
 * @throws Refusal unavailable, with when to come again
 */
export function refuseWhenPressed(kind: WorkKind, pressure: number = pressureGauge.pressure()): void {
  if (isShed(kind, pressure)) refuse("unavailable", "Center is overloaded", { retryAfterSeconds: LIMITS.retryAfterSeconds });
}
