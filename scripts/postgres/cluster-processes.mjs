import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { signalIfAlive } from "../process/signal-if-alive.mjs";

/**
 * What `postmaster.pid` says. `ready` is false while it starts, recovers or stops.
 *
 * @typedef {{ pid: number, port: number, ready: boolean, stopping: boolean }} Postmaster
 */

const LINE = { pid: 0, port: 3, status: 7 };

/** @param {string} clusterDir */
export const pidFile = (clusterDir) => path.join(clusterDir, "postmaster.pid");

/**
 * @param {string} clusterDir
 * @returns {Postmaster | null} the file's word, whether that process lives or not
 */
export function readPidFile(clusterDir) {
  const lines = readLines(pidFile(clusterDir));
  if (!lines) return null;
  const status = lines[LINE.status] ?? "";
  return {
    pid: Number(lines[LINE.pid]),
    port: Number(lines[LINE.port]),
    ready: status.startsWith("ready"),
    stopping: status.startsWith("stopping"),
  };
}

/** @param {string} file @returns {string[] | null} null when there is none; a stopping server removes it at any moment */
function readLines(file) {
  try {
    return fs.readFileSync(file, "utf8").split("\n");
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return null;
    throw error;
  }
}

/**
 * The server that really runs on this cluster. After `kill -9` the file stays and still says "ready", and its number may belong to another
 * program by now; the working folder tells them apart.
 *
 * @param {string} clusterDir
 * @returns {Postmaster | null}
 */
export function livePostmaster(clusterDir) {
  const postmaster = readPidFile(clusterDir);
  return postmaster && isPostgresOf(clusterDir, postmaster.pid) ? postmaster : null;
}

/**
 * @param {string} clusterDir @param {number} pid
 * @returns {boolean} every PostgreSQL process has the cluster as its working folder
 */
export function isPostgresOf(clusterDir, pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (process.platform !== "linux") return new RegExp(`postgres\\b.*${escapePattern(clusterDir)}`).test(commandOf(pid));
  try {
    return (
      fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "postgres" &&
      fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(clusterDir)
    );
  } catch {
    return false;
  }
}

/**
 * Ends what a killed server left behind. A busy backend outlives its postmaster and keeps the shared memory, so that no new server may start.
 * Outside Linux they cannot be told apart from others; there they end by themselves at their next wait.
 *
 * @param {string} clusterDir
 */
export function killOrphans(clusterDir) {
  if (process.platform !== "linux") return;
  for (const name of fs.readdirSync("/proc")) {
    if (isPostgresOf(clusterDir, Number(name))) signalIfAlive(Number(name), "SIGKILL");
  }
}

/** @param {number} pid */
const commandOf = (pid) => spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";

/** @param {string} text */
const escapePattern = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
