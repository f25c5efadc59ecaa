import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * What tells a process from a later one with the same pid: its start time. Null when no such process lives (a zombie does not).
 * @param {number} pid
 * @returns {string | null}
 */
export function identifyProcess(pid) {
  return process.platform === "linux" ? identifyByProc(pid) : identifyByPs(pid);
}

/** @param {number} pid */
function identifyByProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before it may hold spaces
    const state = fields[0];
    return state === "Z" || state === "X" ? null : `ticks:${fields[19]}`;
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code === "ENOENT" || code === "ESRCH") return null;
    throw error;
  }
}

/** @param {number} pid */
function identifyByPs(pid) {
  try {
    const line = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const [state, ...started] = line.trim().split(/\s+/);
    return !state || state.startsWith("Z") ? null : `start:${started.join(" ")}`;
  } catch {
    return null; // ps exits 1 when the process does not exist
  }
}
