import { execFileSync } from "node:child_process";
import fs from "node:fs";

const ticksPerSecond = process.platform === "linux" ? Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })) : 100;

/** @param {number} pid @returns {{ parent: number, ticks: number, endedTicks: number } | null} null when it is gone, or this is no Linux */
function readStat(pid) {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [, parent = 0] = fields;
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { parent, ticks: user + system, endedTicks: endedUser + endedSystem };
  } catch {
    return null;
  }
}

/** A process and its children (PostgreSQL's backends). @param {number} root @returns {number[]} */
export function familyOf(root) {
  if (!fs.existsSync("/proc")) return [root];
  const all = fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return [root, ...all.filter((pid) => pid !== root && readStat(pid)?.parent === root)];
}

/**
 * CPU time that processes, their children and those of their children that ended have used so far.
 *
 * @param {readonly number[]} roots
 * @returns {number} seconds; NaN where there is no /proc
 */
export function cpuSeconds(roots) {
  let ticks = 0;
  for (const root of roots) {
    const own = readStat(root);
    if (!own) return Number.NaN;
    ticks += own.endedTicks;
    for (const pid of familyOf(root)) ticks += readStat(pid)?.ticks ?? 0;
  }
  return ticks / ticksPerSecond;
}
