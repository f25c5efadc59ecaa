import { spawnSync } from "node:child_process";
import fs from "node:fs";

/** Position of `starttime` (proc(5), field 22) counted from the state letter, which is field 3. */
const START_TIME_FIELD = 19;

/**
 * Names one life of one process, so that a number the kernel gave away again is never taken for the process that once had it.
 *
 * @param {number} pid
 * @returns {string | null} boot id and start time, equal for the same process for ever; null when no such process runs (a zombie does not)
 */
export function identifyProcess(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return process.platform === "linux" ? identifyThroughProc(pid) : identifyThroughPs(pid);
}

/** @param {number} pid */
function identifyThroughProc(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command name may itself hold spaces and brackets: the fields begin after the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return null;
    const bootId = fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${bootId}:${fields[START_TIME_FIELD]}`;
  } catch {
    return null;
  }
}

/** @param {number} pid */
function identifyThroughPs(pid) {
  const { status, stdout } = spawnSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  const line = status === 0 ? stdout.trim() : "";
  return line === "" || line.startsWith("Z") ? null : line.replace(/^\S+\s+/, "");
}
