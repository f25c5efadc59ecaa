import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { spawnTethered } from "../process/spawn-tethered.mjs";
import { ensureSecret } from "../supervisor/secrets.mjs";
import { endAllUnder, findPostmaster, findProgram } from "./processes.mjs";

const READY_WITHIN_MS = 120_000;
/** Work that a killed worker held is taken over this soon; 60 s otherwise. */
const LEASE_SECONDS = 5;

/**
 * The product as `npm start` runs it, with its own PostgreSQL, in a folder of its own.
 *
 * @typedef {{ url: string, dataDir: string, superuserUrl: string, findPid(name: "web" | "worker" | "postgres"): number | null, hasEnded(): boolean, stop(): Promise<void> }} RunningCenter
 *
 * @param {{ root: string, dataDir: string, env: Record<string, string> }} wanted
 * @returns {Promise<RunningCenter>}
 */
export async function startCenter({ root, dataDir, env: extra }) {
  const { DATABASE_URL: _database, ...inherited } = process.env;
  const env = { ...inherited, DATA_DIR: dataDir, PORT: "0", DEMO: "0", LOG_LEVEL: "warn", LEASE_SECONDS: String(LEASE_SECONDS), ...extra };
  const log = fs.openSync(path.join(dataDir, "center.log"), "a", 0o600);
  // Tethered: however this exercise ends, its Center drains and goes with it.
  const child = spawnTethered({ root, args: [path.join("scripts", "start.mjs")], env, output: "pipe" });
  child.stderr?.on("data", (/** @type {Buffer} */ chunk) => fs.writeSync(log, chunk));
  const supervisor = /** @type {number} */ (child.pid);
  const url = await readyAddress(child, log);
  const password = encodeURIComponent(ensureSecret(dataDir, "postgres-password"));
  const port = fs.readFileSync(path.join(dataDir, "postgres.port"), "utf8").trim();
  return {
    url,
    dataDir,
    superuserUrl: `postgres://postgres:${password}@127.0.0.1:${port}/center`,
    findPid: (name) => (name === "postgres" ? findPostmaster(dataDir) : findProgram(supervisor, name)),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      endAllUnder(dataDir);
    },
  };
}

/** @param {import("node:child_process").ChildProcess} child @param {number} log @returns {Promise<string>} */
function readyAddress(child, log) {
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(() => reject(new Error(`Center was not ready in time:\n${printed.slice(-4_000)}`)), READY_WITHIN_MS);
    child.stdout?.on("data", (/** @type {Buffer} */ chunk) => {
      fs.writeSync(log, chunk);
      printed += printed.length < 100_000 ? chunk.toString("utf8") : "";
      const address = /^ready (http:\/\/\S+)/m.exec(printed)?.[1];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    });
    child.once("exit", (code) => reject(new Error(`Center ended with ${code}:\n${printed.slice(-4_000)}`)));
  });
}
