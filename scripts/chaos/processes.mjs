import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { livePostmaster } from "../postgres/cluster-processes.mjs";
import { clusterDirectory } from "../postgres/create-cluster.mjs";
import { signalIfAlive } from "../process/signal-if-alive.mjs";

/** @typedef {{ pid: number, parent: number, command: string }} Process */

/** @param {string} pid @returns {Process[]} none when it has ended meanwhile */
function readProcess(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold anything; state and parent follow the last one.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    return [{ pid: Number(pid), parent, command: fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") }];
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? "")) return [];
    throw error;
  }
}

/** Every process of this machine that we may see. @returns {Process[]} */
function listProcesses() {
  // Small Linux images have no ps; other systems have no /proc.
  if (process.platform === "linux")
    return fs
      .readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap(readProcess);
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8", maxBuffer: 16 * 1024 * 1024 }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && parent && command ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
  });
}

/**
 * Every process that a process started, and those that they started.
 *
 * @param {number} ancestor its process id
 * @returns {Process[]} none of what has outlived whoever started it
 */
export function descendantsOf(ancestor) {
  const all = listProcesses();
  const below = (/** @type {number} */ pid) => all.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...below(one.pid)]);
  return below(ancestor);
}

/** How the programs call themselves; Next renames its process once it serves. */
const COMMAND = { web: /[/\\]web\.mjs|^next-server/, worker: /\.build[/\\]worker\.mjs/ };

/**
 * A program of Center, by the supervisor that started it.
 *
 * @param {number} supervisor its process id @param {"web" | "worker"} name
 * @returns {number | null} null while it is down
 */
export function findProgram(supervisor, name) {
  return listProcesses().find(({ parent, command }) => parent === supervisor && COMMAND[name].test(command))?.pid ?? null;
}

/** PostgreSQL's first process. @param {string} dataDir @returns {number | null} null while it is down */
export function findPostmaster(dataDir) {
  return livePostmaster(clusterDirectory(dataDir))?.pid ?? null;
}

/** Ends whatever still runs out of a folder that is ours alone. @param {string} folder */
export function endAllUnder(folder) {
  for (const { pid, command } of listProcesses()) if (pid !== process.pid && command.includes(folder)) signalIfAlive(pid, "SIGKILL");
}
