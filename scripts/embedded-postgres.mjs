import fs from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isPostgresOf } from "./postgres/cluster-processes.mjs";
import { clusterDirectory, createCluster, superuserPassword } from "./postgres/create-cluster.mjs";
import { chooseIdentity } from "./postgres/run-unprivileged.mjs";
import { startServer } from "./postgres/start-server.mjs";
import { signalIfAlive } from "./process/signal-if-alive.mjs";

const WATCH_MS = 250;
const POLL_MS = 20;

/**
 * A running PostgreSQL. `reused` tells that it ran before (its parent was killed). `stop` resolves when it has ended: "fast" breaks
 * connections and writes a checkpoint, "immediate" leaves the work to the recovery at the next start.
 *
 * @typedef {{ port: number, superuserUrl: string, pid: number, reused: boolean, stop(mode?: "fast" | "immediate"): Promise<void> }} Postgres
 */

/**
 * Makes sure that a PostgreSQL 18 runs on `dataDir`: initialises it the first time (SCRAM for every connection, a random password for the
 * superuser in `secrets/postgres-password`, 127.0.0.1 only), starts it, or joins the one that is running. Survives `kill -9` of the server,
 * of a backend's parent and of the process that started it. One caller per `dataDir` at a time: take the lock first.
 *
 * @param {object} options
 * @param {string} options.dataDir     holds `postgres/`, `postgres.log`, `postgres.port`, `secrets/`; made when absent
 * @param {number} [options.port]      fixed port; without it the last one, or any that is free
 * @param {string} [options.password]  of the superuser, only heeded when the cluster is new
 * @param {string[]} [options.flags]   further settings, each `name=value`
 * @param {boolean} [options.durable]  false switches fsync off: for data that may be lost with the machine
 * @param {(how: { code: number | null, signal: string | null }) => void} [options.onExit] called once when the server ends without `stop`
 * @param {import("./postgres/run-unprivileged.mjs").Identity} [options.identity] how root runs it; chosen by itself
 * @returns {Promise<Postgres>} once it accepts connections
 */
export async function ensurePostgres({ dataDir, port, password, flags = [], durable = true, onExit, identity = chooseIdentity() }) {
  const directory = path.resolve(dataDir);
  // Whoever else runs PostgreSQL for root must be able to pass through; secrets and cluster stay closed by themselves.
  const mode = identity.kind === "user" ? 0o711 : 0o700;
  fs.mkdirSync(directory, { recursive: true, mode });
  if (identity.kind === "user") fs.chmodSync(directory, mode);
  const secret = superuserPassword(directory, password);
  createCluster({ dataDir: directory, identity, password: secret, durable });
  const server = await startServer({ dataDir: directory, identity, port, flags, durable });
  const life = watchLife(server, clusterDirectory(directory), onExit);
  return {
    port: server.port,
    pid: server.pid,
    reused: server.child === null,
    superuserUrl: `postgres://postgres:${encodeURIComponent(secret)}@127.0.0.1:${server.port}/postgres`,
    stop: (mode = "fast") => life.stop(mode === "fast" ? "SIGINT" : "SIGQUIT"),
  };
}

/**
 * @param {import("./postgres/start-server.mjs").Server} server @param {string} clusterDir
 * @param {((how: { code: number | null, signal: string | null }) => void) | undefined} onExit
 */
function watchLife({ pid, child }, clusterDir, onExit) {
  let isStopping = false;
  const isAlive = () => (child ? child.exitCode === null && child.signalCode === null : isPostgresOf(clusterDir, pid));
  const ended = () => !isStopping && onExit?.({ code: child?.exitCode ?? null, signal: child?.signalCode ?? null });
  /** @type {NodeJS.Timeout | undefined} */
  let watch;
  if (child) {
    child.once("exit", ended);
    // Whoever only started it may end: the server goes on and is joined by the next start.
    child.unref();
  } else {
    watch = setInterval(() => {
      if (isAlive()) return;
      clearInterval(watch);
      ended();
    }, WATCH_MS).unref();
  }
  return {
    /** @param {NodeJS.Signals} signal */
    async stop(signal) {
      isStopping = true;
      clearInterval(watch);
      if (isAlive()) signalIfAlive(pid, signal);
      while (isAlive()) await wait(POLL_MS);
    },
  };
}
