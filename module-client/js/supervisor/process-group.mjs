import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { MODULE_LIMITS } from "../limits.mjs";

/**
 * What Linux tells of a process: `/proc/PID/stat`, after the name, which may hold anything in its brackets.
 * @param {number | string} pid
 * @returns {{ state: string, group: number, born: string } | null} null where it is gone, or this is no Linux
 */
function readProcess(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", group: Number(fields[2]), born: fields[19] ?? "" };
  } catch {
    return null;
  }
}

/** Tells a process from every other that has or will have its number, also after the next boot; null where that cannot be told. @param {number} pid */
export function birthOf(pid) {
  const born = readProcess(pid)?.born;
  return born ? `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${born}` : null;
}

/** Processes of a group that run; what has ended and waits to be looked at does not. @param {number} group @returns {number[]} */
function membersOf(group) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const found = readProcess(pid);
      return found !== null && found.group === group && found.state !== "Z" && found.state !== "X";
    })
    .map(Number);
}

/** @param {number} group @param {NodeJS.Signals | 0} name @returns {boolean} whether there was somebody to take it */
export function signalGroup(group, name) {
  try {
    return process.kill(-group, name);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== "ESRCH" && code !== "EPERM") throw error;
    return code === "EPERM";
  }
}

/** @param {number} group */
const runs = (group) => signalGroup(group, 0) && (readProcess("self") === null || membersOf(group).length > 0);

/**
 * Whether a group that was written down once is still that one: its leader by its birth, else what the leader left by the mark that it was given.
 * @param {{ pid: number, birth: string | null, mark: string }} written
 */
export function isStill({ pid, birth, mark }) {
  if (birth === null) return false;
  const leader = birthOf(pid);
  if (leader !== null) return leader === birth;
  return readProcess("self") !== null && membersOf(pid).some((member) => isMarked(member, mark));
}

/** @param {number} pid @param {string} mark */
function isMarked(pid, mark) {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark);
  } catch {
    return false;
  }
}

/**
 * Asks every process of a group to end, and ends those that do not: the leader's end alone tells nothing of what it started.
 * @param {number} group
 * @returns {Promise<boolean>} whether all of it is gone
 */
export async function endGroup(group) {
  for (const [name, graceMs] of /** @type {const} */ ([
    ["SIGTERM", MODULE_LIMITS.childGraceMs],
    ["SIGKILL", MODULE_LIMITS.childKilledMs],
  ])) {
    signalGroup(group, name);
    const deadline = performance.now() + graceMs;
    while (runs(group)) {
      if (performance.now() > deadline) break;
      await wait(MODULE_LIMITS.groupLookMs);
    }
    if (!runs(group)) return true;
  }
  return false;
}
