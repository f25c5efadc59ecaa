import { execFileSync } from "node:child_process";
import { livePostmaster } from "../postgres/cluster-processes.mjs";
import { clusterDirectory } from "../postgres/create-cluster.mjs";
import { signalIfAlive } from "../process/signal-if-alive.mjs";

/** @typedef {{ pid: number, parent: number, command: string }} Process */

/** Every process of this machine that we may see. @returns {Process[]} */
function listProcesses() {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8", maxBuffer: 16 * 1024 * 1024 }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && parent && command ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
  });
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
