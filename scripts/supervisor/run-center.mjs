import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { probePort } from "../postgres/choose-port.mjs";
import { spawnTethered } from "../process/spawn-tethered.mjs";
import { WEB_FLAGS } from "../process/web-flags.mjs";
import { awaitReady } from "./await-ready.mjs";
import { drain } from "./drain.mjs";
import { keepDatabase } from "./keep-database.mjs";
import { lockDataDir } from "./lock-data-dir.mjs";
import { provisionDatabase } from "./provision-database.mjs";
import { childEnvironment, localUrl, readSettings, SettingsError } from "./read-settings.mjs";
import { bundleArguments, runStep } from "./run-step.mjs";
import { centerSecrets, secretsDirectory } from "./secrets.mjs";
import { describeExit, superviseChild } from "./supervise-child.mjs";

const READY_WITHIN_MS = 120_000;
const PORT_FREE_WITHIN_MS = 3_000;
const POLL_MS = 100;
const SIGNALS = /** @type {const} */ (["SIGTERM", "SIGINT", "SIGHUP"]);

/** Somebody asked us to stop, which is no failure. */
class StopRequest extends Error {}

/**
 * What has been started so far, hence has to be stopped.
 *
 * @typedef {{
 *   children: import("./supervise-child.mjs").SupervisedChild[],
 *   database: Awaited<ReturnType<typeof keepDatabase>> | null,
 *   lock: { release(): void } | null,
 * }} Parts
 *
 * @typedef {{ root: string, env: Record<string, string | undefined>, print: (line: string) => void }} Surroundings
 */

/**
 * `npm start` after the set-up: database, migrations, seed, then web, worker and demo fleet, kept alive until a signal; prints
 * `ready http://...` once Center can serve.
 *
 * @param {Surroundings} surroundings
 * @returns {Promise<number>} the exit code: 0 after a requested stop, 1 when the start failed
 */
export async function runCenter(surroundings) {
  const stopping = new AbortController();
  const hurrying = new AbortController();
  const onSignal = () => (stopping.signal.aborted ? hurrying : stopping).abort(new StopRequest());
  for (const signal of SIGNALS) process.on(signal, onSignal);

  /** @type {Parts} */
  const parts = { children: [], database: null, lock: null };
  const report = (/** @type {string} */ line) => surroundings.print(`start: ${line}`);
  try {
    await startParts(parts, surroundings, stopping, report);
    if (!stopping.signal.aborted) await once(stopping.signal, "abort");
  } catch (error) {
    if (!(stopping.signal.reason instanceof StopRequest)) {
      report(/** @type {Error} */ (error).message);
      await drain(parts, hurrying.signal, report);
      parts.lock?.release();
      return 1;
    }
  }
  report("stopping");
  await drain(parts, hurrying.signal, report);
  parts.lock?.release();
  return 0;
}

/**
 * @param {Parts} parts filled as the start goes on
 * @param {Surroundings} surroundings
 * @param {AbortController} stopping
 * @param {(line: string) => void} report
 */
async function startParts(parts, { root, env, print }, stopping, report) {
  const wanted = readSettings(root, env);
  parts.lock = lockDataDir(wanted.dataDir, "npm start");
  const settings = { ...wanted, port: await claimPort(wanted, stopping.signal) };
  const secrets = centerSecrets(settings.dataDir, env);
  if (!settings.databaseUrl) parts.database = await keepDatabase(settings.dataDir, report);
  const databaseUrl =
    settings.databaseUrl ?? (await provisionDatabase(settings.dataDir, /** @type {NonNullable<Parts["database"]>} */ (parts.database)));
  const childEnv = childEnvironment(settings, { databaseUrl, secrets }, env);

  for (const step of ["migrate", "seed"]) {
    stopping.signal.throwIfAborted();
    await runStep(step, { root, args: bundleArguments(step), env: childEnv }, stopping.signal);
  }
  stopping.signal.throwIfAborted();

  let isReady = false;
  const keep = (/** @type {string} */ name, /** @type {string[]} */ args, /** @type {Record<string, string | undefined>} */ ownEnv) =>
    superviseChild({
      name,
      report,
      spawn: () => spawnTethered({ root, args, env: ownEnv }),
      // A program that ends by itself before Center was ever ready cannot work here (it has said why); a killed one gets its next life.
      mayRestart(exit) {
        if (isReady || exit.signal) return true;
        stopping.abort(new Error(`${exit.name} ended during the start (${describeExit(exit)})`));
        return false;
      },
    });
  const url = localUrl(settings);
  parts.children.push(keep("web", [...WEB_FLAGS, webProgram], childEnv), keep("worker", bundleArguments("worker"), childEnv));
  await awaitReady(url, READY_WITHIN_MS, stopping.signal);
  isReady = true;
  print(`ready ${url}`);
  if (!settings.isDemo) return;
  printSignIn(settings.dataDir, url, report);
  const fleetEnv = demoEnvironment(settings.dataDir, env);
  if (fs.existsSync(fleetEnv.FLEET_FILE)) parts.children.push(keep("demo fleet", ["examples/shop/fleet.mjs"], fleetEnv));
  else report(`no demo fleet: ${fleetEnv.FLEET_FILE} was not seeded`);
  if (fs.existsSync(fleetEnv.PLATFORM_FILE)) parts.children.push(keep("demo platform", ["examples/platform/platform.mjs"], fleetEnv));
}

const webProgram = path.join(import.meta.dirname, "..", "web.mjs");

/**
 * Told before anything is started, and so that nobody else's server is ever mistaken for ours. A short patience lets the web process of a
 * killed supervisor let go.
 *
 * @param {import("./read-settings.mjs").Settings} settings @param {AbortSignal} signal
 */
async function claimPort({ port, host }, signal) {
  for (const deadline = performance.now() + PORT_FREE_WITHIN_MS; ; await wait(POLL_MS)) {
    signal.throwIfAborted();
    const free = await probePort(port, host).catch((error) => {
      throw new SettingsError(`cannot listen on HOST ${host}, PORT ${port}: ${error.message}`);
    });
    if (free !== null) return free;
    if (performance.now() > deadline)
      throw new SettingsError(`port ${port} on ${host} is taken by another program: stop it, or choose another PORT`);
  }
}

/** What the demo's own programs may read of our environment. */
const DEMO_VARIABLES = ["PATH", "HOME", "TMPDIR", "LOG_LEVEL", "FLEET_ORDERS_PER_SECOND", "PLATFORM_REQUEST_EVERY_MS"];

/**
 * The shops and the platform stand for other people's machines: they get none of Center's secrets.
 *
 * @param {string} dataDir @param {Record<string, string | undefined>} env
 */
function demoEnvironment(dataDir, env) {
  const demoDir = path.join(dataDir, "demo");
  const passed = Object.fromEntries(DEMO_VARIABLES.map((name) => [name, env[name]]));
  const files = { FLEET_FILE: path.join(demoDir, "fleet.json"), PLATFORM_FILE: path.join(demoDir, "platform.json") };
  return { ...passed, ...files, NODE_ENV: "production", DEMO_DIR: path.join(demoDir, "shops") };
}

/** @param {string} dataDir @param {string} url @param {(line: string) => void} report */
function printSignIn(dataDir, url, report) {
  const file = path.join(secretsDirectory(dataDir), "first-admin.json");
  if (!fs.existsSync(file)) return;
  const { email } = JSON.parse(fs.readFileSync(file, "utf8"));
  report(`sign in at ${url}${email ? ` as ${email}` : ""}, the password is in ${file}`);
}
