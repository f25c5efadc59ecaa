/** The steps of an attempt that a worker stores, in the order in which an attempt usually takes them. */
const KILL_STEPS = ["stage", "staged", "dispatch", "wait", "commit", "revert", "finish"] as const;

/**
 * The moments at which a test may have a process end itself by `kill -9` (docs/decisions/0004). Of each step: decided and nothing written;
 * written and not committed; committed and nobody told.
 */
export const KILL_LABELS = [
  "attempt.claimed",
  "attempt.rehearsing",
  "attempt.rehearsed",
  ...KILL_STEPS.flatMap((step) => [`attempt.${step}.decided`, `attempt.${step}.written`, `attempt.${step}.stored`] as const),
] as const;
export type KillLabel = (typeof KILL_LABELS)[number];
