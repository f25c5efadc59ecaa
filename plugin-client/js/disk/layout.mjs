import { join } from "node:path";

/**
 * Names every path under the agent's directory, so that no other file spells one.
 * @param {string} dir
 */
export function layoutOf(dir) {
  const state = join(dir, "state");
  return Object.freeze({
    dir,
    versions: join(dir, "versions"),
    /** Symlink to `versions/<version>`; renamed over, never edited. */
    current: join(dir, "current"),
    currentNew: join(dir, "current.new"),
    staging: join(dir, "staging"),
    state,
    journal: join(state, "journal.json"),
    config: join(state, "config.json"),
    lock: join(state, "lock"),
    pid: join(state, "plugin.pid.json"),
    log: join(state, "plugin.log"),
    checkpoint: join(state, "checkpoint.json"),
    /** Approvers' keys as the pinned approvers changed them since. */
    trust: join(state, "trust.json"),
    /** Signed metadata that is believed, where a root is pinned. */
    tuf: join(state, "tuf.json"),
  });
}

/** @typedef {ReturnType<typeof layoutOf>} Layout */
