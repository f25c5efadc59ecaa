import { linkSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { identifyProcess } from "../plugin/identify-process.mjs";
import { readJson } from "./durable-file.mjs";

/**
 * Takes the directory for this process. The lock file appears by link(2), so it is never seen half written; a lock whose process is
 * dead (or whose pid belongs to another process by now) is taken over.
 *
 * @param {string} path
 * @returns {{ release(): void }}
 * @throws LockedError when a living agent holds the directory
 */
export function takeLock(path) {
  const mine = `${path}.${process.pid}`;
  const me = { pid: process.pid, identity: identifyProcess(process.pid) };
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600 });
  try {
    while (!link(mine, path)) {
      const holder = readJson(path);
      if (isAlive(holder)) throw new LockedError(holder.pid);
      moveStaleAside(path);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  forgetDeadClaims(path);
  return {
    release() {
      if (readJson(path)?.pid === process.pid) rmSync(path, { force: true });
    },
  };
}

export class LockedError extends Error {
  /** @param {number} pid */
  constructor(pid) {
    super(`another agent (pid ${pid}) already runs in this directory`);
    this.name = "LockedError";
    this.code = "ERR_AGENT_LOCKED";
  }
}

/** @param {{ pid?: unknown, identity?: unknown } | null} holder */
function isAlive(holder) {
  if (typeof holder?.pid !== "number") return false;
  const identity = identifyProcess(holder.pid);
  return identity !== null && identity === holder.identity;
}

/**
 * Moves a dead holder's lock away. Between our look and our rename another agent may have taken over: then what we moved is alive,
 * and it is put back.
 * @param {string} path
 */
function moveStaleAside(path) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return; // somebody else just moved it
    throw error;
  }
  const moved = readJson(aside);
  if (isAlive(moved)) link(aside, path);
  rmSync(aside, { force: true });
}

/** @type {(from: string, to: string) => boolean} */
function link(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/** Claims of agents that were killed while they asked for the lock. @param {string} path */
function forgetDeadClaims(path) {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    const pid = /^lock\.(?:stale\.)?(\d+)$/.exec(name)?.[1];
    if (pid && identifyProcess(Number(pid)) === null) rmSync(join(folder, name), { force: true });
  }
}
