import { once } from "node:events";
import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ensurePostgres } from "../../scripts/embedded-postgres.mjs";
import { killGroup, spawnTethered } from "../../scripts/process/spawn-tethered.mjs";
import { WEB_FLAGS } from "../../scripts/process/web-flags.mjs";
import { awaitReady } from "../../scripts/supervisor/await-ready.mjs";
import { provisionDatabase } from "../../scripts/supervisor/provision-database.mjs";
import { childEnvironment } from "../../scripts/supervisor/read-settings.mjs";
import { bundleArguments, runStep } from "../../scripts/supervisor/run-step.mjs";
import { centerSecrets } from "../../scripts/supervisor/secrets.mjs";
import { buildPrograms } from "./build-programs.mjs";
import { freePort } from "./free-port.mjs";

const READY_WITHIN_MS = 60_000;
const DRAIN_MS = 12_000;

/** @param {import("node:child_process").ChildProcess} child */
function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve([]);
  return Promise.race([once(child, "exit"), wait(DRAIN_MS)]);
}

/**
 * Center as `npm start` runs it (production build, fsync on, worker that seals), with a fleet of its own, in a folder that is gone afterwards.
 *
 * @typedef {{
 *   port: number, barePort: number, dataDir: string, databaseUrl: string, superuserUrl: string,
 *   plugins: import("../load/sign-beats.mjs").KnownPlugin[],
 *   pids: { web: number, bare: number, postgres: number },
 *   run(args: string[], env?: Record<string, string>): import("node:child_process").ChildProcess, stop(): Promise<void>,
 * }} RunningCenter
 *
 * @param {{ root: string, tenants: number, pluginsEach: number, webArgs?: string[], env?: Record<string, string> }} wanted
 * @returns {Promise<RunningCenter>}
 */
export async function startCenter({ root, tenants, pluginsEach, webArgs = [], env: extra = {} }) {
  const dataDir = fs.mkdtempSync(path.join(tmpdir(), "center-bench-"));
  const programs = await buildPrograms(root, ["seed-plugins", "bare-store"]);
  const database = await ensurePostgres({ dataDir });
  /** @type {import("node:child_process").ChildProcess[]} */
  const children = [];
  const stop = async () => {
    for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await Promise.all(children.map(ended));
    for (const child of children) killGroup(child);
    await database.stop("immediate");
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  // PostgreSQL would outlive us: whoever stops the bench stops it too.
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void stop().finally(() => process.exit(1)));
  try {
    const databaseUrl = await provisionDatabase(dataDir, database);
    const [port, barePort] = [await freePort(), await freePort()];
    const settings = { root, host: "127.0.0.1", port, dataDir, databaseUrl, isDemo: false };
    const env = {
      ...childEnvironment(settings, { databaseUrl, secrets: centerSecrets(dataDir, {}) }, process.env),
      LOG_LEVEL: "warn",
      ...extra,
    };
    const signal = new AbortController().signal;
    for (const step of ["migrate", "seed"]) await runStep(step, { root, args: bundleArguments(step), env }, signal);
    const fleetFile = path.join(dataDir, "fleet.json");
    await runStep(
      "seed-plugins",
      { root, args: [path.join(programs, "seed-plugins.mjs"), fleetFile, String(tenants), String(pluginsEach)], env },
      signal,
    );
    const run = (/** @type {string[]} */ args, /** @type {Record<string, string>} */ more = {}) => {
      const child = spawnTethered({ root, args, env: { ...env, ...more } });
      children.push(child);
      return child;
    };
    const web = run([...WEB_FLAGS, ...webArgs, path.join("scripts", "web.mjs")]);
    run(bundleArguments("worker"));
    const bare = run([...WEB_FLAGS, path.join(programs, "bare-store.mjs"), fleetFile, String(barePort)]);
    await awaitReady(`http://127.0.0.1:${port}`, READY_WITHIN_MS, signal);
    return {
      port,
      barePort,
      dataDir,
      databaseUrl,
      superuserUrl: database.superuserUrl.replace(/\/postgres$/, "/center"),
      plugins: JSON.parse(fs.readFileSync(fleetFile, "utf8")),
      pids: { web: Number(web.pid), bare: Number(bare.pid), postgres: database.pid },
      run,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
