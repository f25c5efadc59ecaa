/**
 * The labelled steps at which a chaos test may have the agent SIGKILL itself (`agent.mjs --chaos <label>`).
 *
 * `journal.<x>.written` lies between writing the new journal and renaming it into place, `journal.<x>` right after the rename;
 * `apply.*` is the swap a command asked for, `restore.*` the swap back to the last good copy.
 */
export const KILL_LABELS = Object.freeze([
  "journal.accepted.written",
  "journal.accepted",
  "stage.mid_download",
  "stage.downloaded",
  "stage.mid_unpack",
  "stage.unpacked",
  "stage.installed",
  "journal.swapping.written",
  "journal.swapping",
  "apply.stopped",
  "apply.config",
  "apply.link_made",
  "apply.swapped",
  "apply.spawned",
  "apply.started",
  "apply.healthy",
  "journal.applied.written",
  "journal.applied",
  "answer.sent",
  "journal.committed.written",
  "journal.committed",
  "journal.restoring.written",
  "journal.restoring",
  "restore.stopped",
  "restore.config",
  "restore.link_made",
  "restore.swapped",
  "restore.spawned",
  "restore.started",
  "restore.healthy",
  "journal.finished.written",
  "journal.finished",
]);

/** Where an agent may die while it takes a trust document; no update passes them. */
export const TRUST_KILL_LABELS = Object.freeze(["trust.written", "trust.kept"]);

/**
 * Makes the function that each labelled step calls.
 * @param {string | undefined} chosen the label to die at; undefined or "" never dies
 * @returns {(label: string) => void}
 * @throws RangeError when the label is unknown, since a chaos test that never strikes would pass for nothing
 */
export function createKillPoint(chosen) {
  if (!chosen) return () => undefined;
  const known = [...KILL_LABELS, ...TRUST_KILL_LABELS];
  if (!known.includes(chosen)) {
    throw new RangeError(`--chaos ${chosen} is no label; known: ${known.join(", ")}`);
  }
  return (label) => {
    if (label === chosen) process.kill(process.pid, "SIGKILL");
  };
}
