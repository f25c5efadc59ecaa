import { LIMITS } from "@/lib/platform/limits";

/**
 * How long an order that something holds back is left alone before it is asked for again: as long as it has been held, within bounds.
 *
 * @param heldSince  when it was noted as held; null the first time
 * @returns seconds, 1 .. LIMITS.repairHeldSeconds
 */
export function heldRest(heldSince: Date | null, now: Date): number {
  const heldSeconds = heldSince === null ? 0 : (now.getTime() - heldSince.getTime()) / 1_000;
  return Math.min(LIMITS.repairHeldSeconds, Math.max(1, Math.round(heldSeconds)));
}
