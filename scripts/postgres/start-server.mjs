import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { choosePort, rememberPort } from "./choose-port.mjs";
import { isPostgresOf, killOrphans, livePostmaster, pidFile, readPidFile } from "./cluster-processes.mjs";
import { clusterDirectory } from "./create-cluster.mjs";
import { findBinaries } from "./find-binaries.mjs";
import { POSTGRES_ENVIRONMENT, unprivileged } from "./run-unprivileged.mjs";

const READY_WITHIN_MS = 60_000;
const LEFTOVERS_WITHIN_MS = 15_000;
const POLL_MS = 25;
const LOG_KEPT_BYTES = 8 * 1024 * 1024;

/**
 * @typedef {{ dataDir: string, identity: import("./run-unprivileged.mjs").Identity, port?: number, flags: string[], durable: boolean }} ServerOptions
 * @typedef {{ pid: number, port: number, child: import("node:child_process").ChildProcess | null }} Server `child` is null for a server that ran already
 */

/**
 * Starts the server, or joins the one that a killed parent left running.
 *
 * @param {ServerOptions} options
 * @returns {Promise<Server>} once it accepts connections (crash recovery included)
 * @throws {Error} with the end of the server's log
 */
export async function startServer(options) {
  const clusterDir = clusterDirectory(options.dataDir);
  const running = await settledPostmaster(clusterDir);
  if (running) return { pid: running.pid, port: running.port, child: null };
  for (const startedAt = Date.now(); ; ) {
    removeStrangersPidFile(clusterDir);
    const port = options.port ?? (await choosePort(options.dataDir));
    const attempt = await launch(options, port);
    if (attempt.child) {
      rememberPort(options.dataDir, port);
      return { pid: /** @type {number} */ (attempt.child.pid), port, child: attempt.child };
    }
    if (!mayTryAgain(attempt.log, options.port === undefined) || Date.now() - startedAt > LEFTOVERS_WITHIN_MS) {
      throw new Error(`PostgreSQL did not start on port ${port}:\n${attempt.log.slice(-2000)}`);
    }
    if (/still in use/.test(attempt.log)) killOrphans(clusterDir);
    await wait(POLL_MS * 4);
  }
}

/** @param {string} log @param {boolean} mayMove whether another port would do */
function mayTryAgain(log, mayMove) {
  return /still in use|already exists/.test(log) || (mayMove && /could not bind|could not create any TCP/.test(log));
}

/** Waits out a server that is starting, recovering or stopping. @param {string} clusterDir */
async function settledPostmaster(clusterDir) {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const postmaster = livePostmaster(clusterDir);
    if (!postmaster || postmaster.ready) return postmaster;
    if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${postmaster.pid}) neither gets ready nor ends`);
    await wait(POLL_MS);
  }
}

/** PostgreSQL refuses to start while the number in its old pid file belongs to any living program. @param {string} clusterDir */
function removeStrangersPidFile(clusterDir) {
  const stale = readPidFile(clusterDir);
  if (stale && !isPostgresOf(clusterDir, stale.pid)) fs.rmSync(pidFile(clusterDir), { force: true });
}

/**
 * @param {ServerOptions} options @param {number} port
 * @returns {Promise<{ child: import("node:child_process").ChildProcess | null, log: string }>} no child: it ended, and `log` says why
 */
async function launch({ dataDir, identity, flags, durable }, port) {
  const clusterDir = clusterDirectory(dataDir);
  const settings = [...serverSettings(durable), ...flags].flatMap((flag) => ["-c", flag]);
  const { command, args, options } = unprivileged(identity, findBinaries().postgres, ["-D", clusterDir, "-p", String(port), ...settings]);
  const logFile = rotatedLog(dataDir);
  const log = fs.openSync(logFile, "a", 0o600);
  const logStart = fs.fstatSync(log).size;
  // Its own session: Ctrl-C must not stop the database before those who use it.
  const child = spawn(command, args, {
    ...options,
    cwd: clusterDir,
    env: POSTGRES_ENVIRONMENT,
    detached: true,
    stdio: ["ignore", log, log],
  });
  fs.closeSync(log);
  /** @type {Error | null} */
  let failure = null;
  child.once("error", (error) => {
    failure = error;
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  while (child.exitCode === null && child.signalCode === null && failure === null) {
    const postmaster = readPidFile(clusterDir);
    if (postmaster?.pid === child.pid && postmaster?.ready) return { child, log: "" };
    if (Date.now() > deadline) child.kill("SIGQUIT");
    await wait(POLL_MS);
  }
  return { child: null, log: `${/** @type {Error | null} */ (failure)?.message ?? ""}${fs.readFileSync(logFile, "utf8").slice(logStart)}` };
}

/** @param {boolean} durable */
function serverSettings(durable) {
  return [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "shared_buffers=128MB",
    // A failed statement may hold a secret in its text: the log gets the error without it.
    "log_min_error_statement=panic",
    // Commits still reach the kernel before they are acknowledged: only the machine's end loses them, not a killed server.
    ...(durable ? [] : ["fsync=off", "full_page_writes=off"]),
  ];
}

/** @param {string} dataDir @returns {string} the log, moved aside when it has grown: two files at most */
function rotatedLog(dataDir) {
  const file = path.join(dataDir, "postgres.log");
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_KEPT_BYTES) fs.renameSync(file, `${file}.1`);
  return file;
}
