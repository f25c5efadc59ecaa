/** The labelled steps at which a chaos test may have the agent SIGKILL itself. */
export const KILL_LABELS: readonly string[];
/** Where an agent may die while it takes a trust document. */
export const TRUST_KILL_LABELS: readonly string[];
/** Makes the function that each labelled step calls; RangeError when the label is unknown. */
export function createKillPoint(chosen: string | undefined): (label: string) => void;
