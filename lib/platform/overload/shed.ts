/** What is asked of Center, by how long it must go on: switches, acknowledgements and the audit are `safety`. */
export const WORK_KINDS = ["export", "read", "beat", "safety"] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** Pressure from which each kind is turned away. Whatever stops or undoes harm is never turned away. */
const SHED_FROM: Readonly<Record<WorkKind, number>> = { export: 0.5, read: 0.75, beat: 1, safety: Number.POSITIVE_INFINITY };

/** Pressure from which a tenant that sends far more than the others is turned away before them. */
export const FAIRNESS_FROM = 0.6;

/** What the gauge reads. */
export interface Load {
  /** How late the event loop comes round, milliseconds. */
  readonly lagMs: number;
  /** How full the fullest queue is, 0..1. */
  readonly queueShare: number;
}

/**
 * How hard pressed this process is: 0 is idle, 1 as much as it can bear.
 *
 * @param bearableLagMs  lag at which answers come too late to be worth giving
 */
export function pressureOf({ lagMs, queueShare }: Load, bearableLagMs: number): number {
  return Math.max(0, lagMs / bearableLagMs, queueShare);
}

/** Whether this kind of work is turned away now: exports first, then reads, then beats, never what is for safety. */
export function isShed(kind: WorkKind, pressure: number): boolean {
  return pressure >= SHED_FROM[kind];
}
