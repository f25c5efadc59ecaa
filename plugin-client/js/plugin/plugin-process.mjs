import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, openSync, renameSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { mainOf } from "../disk/check-package.mjs";
import { readJson, removeDurably, writeDurably } from "../disk/durable-file.mjs";
import { AGENT_LIMITS } from "../limits.mjs";
import { endGroup, endProcess } from "./end-process.mjs";
import { identifyProcess } from "./identify-process.mjs";
import { probeHealth } from "./probe-health.mjs";

const GATE = new URL("./start-gate.mjs", import.meta.url).href;
/** What a plugin may see of the agent's environment; everything else it needs stands in `plugin.env`. */
const PASSED_ON = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "NODE_ENV", "NODE_EXTRA_CA_CERTS"];

/** The candidate did not prove itself. `reason` is what Center is told. */
export class StartError extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.name = "StartError";
    this.reason = reason;
  }
}

/**
 * @typedef {{ child: import("node:child_process").ChildProcess, version: string, identity: string, ended: Promise<string>, isStopping: boolean }} Run
 */

/** The plugin's one process: started behind the gate, known by a pid file, ended with its whole group. */
export class PluginProcess {
  /** @type {Run | null} */
  #run = null;
  #isProving = false;

  /**
   * @param {{ layout: import("../disk/layout.mjs").Layout, config: import("../types.d.mts").SettledConfig,
   *   log: import("../types.d.mts").Log, onCrash: (how: string) => void }} options
   */
  constructor({ layout, config, log, onCrash }) {
    this.layout = layout;
    this.config = config;
    this.log = log;
    this.onCrash = onCrash;
    this.bootId = randomUUID();
  }

  get isRunning() {
    return this.#run !== null;
  }

  /** Ends a plugin that an earlier agent left behind, so that exactly one runs. */
  async endLeftover() {
    const left = readJson(this.layout.pid);
    if (typeof left?.pid === "number" && typeof left.identity === "string") {
      this.log("info", "ending the plugin process an earlier agent left", { pid: left.pid, version: left.version });
      await endProcess(left.pid, left.identity, this.config.stop_grace_ms);
    }
    removeDurably(this.layout.pid);
  }

  /**
   * Starts a version from its real folder (not through `current`, so a later swap cannot mix two versions in one process).
   * @param {string} version
   * @param {(label: "spawned" | "started") => void} [kill]
   * @throws StartError when the package has no main file or the system cannot start it
   */
  start(version, kill = () => undefined) {
    if (this.#run) throw new Error("the plugin already runs");
    const folder = join(this.layout.versions, version);
    const main = mainOf(folder);
    if (!main) throw new StartError("no_main");
    const log = this.#openLog();
    const child = spawn(process.execPath, ["--import", GATE, main], {
      cwd: folder,
      env: this.#environment(),
      stdio: ["pipe", log, log],
      detached: true, // a group of its own: it survives the agent, and is ended as a whole
    });
    closeSync(log);
    child.on("error", (error) => this.log("error", "the plugin process failed", { error: error.message }));
    child.stdin?.on("error", (error) => this.log("warn", "the plugin died at its gate", { error: error.message }));
    kill("spawned");
    try {
      const identity = this.#recordPid(child.pid, version);
      this.#run = { child, version, identity, isStopping: false, ended: this.#awaitEnd(child) };
    } catch (error) {
      child.stdin?.destroy(); // the gate stays shut, and what waits behind it goes away
      throw error;
    }
    child.stdin?.end("g");
    kill("started");
  }

  /**
   * Puts on disk which process is about to become the plugin, and gives its identity.
   * @param {number | undefined} pid
   * @param {string} version
   */
  #recordPid(pid, version) {
    const identity = pid === undefined ? null : identifyProcess(pid);
    if (identity === null) throw new StartError("cannot_spawn");
    this.bootId = randomUUID();
    writeDurably(this.layout.pid, JSON.stringify({ pid, identity, version, boot_id: this.bootId, port: this.config.plugin.port }));
    return identity;
  }

  /**
   * Waits until the process that was just started answers health as the version it should be.
   * @param {string} version
   * @throws StartError crash_at_boot, wrong_version or not_answering
   */
  async prove(version) {
    const run = this.#run;
    if (!run) throw new StartError("crash_at_boot");
    this.#isProving = true;
    try {
      const until = performance.now() + this.config.start_timeout_ms;
      while (performance.now() < until) {
        const health = await probeHealth(this.config.plugin.port);
        if (this.#run !== run) throw new StartError(`crash_at_boot: ${await run.ended}`);
        if (health) {
          if (health.version !== version) throw new StartError(`wrong_version: ${health.version}`);
          return health;
        }
        await Promise.race([run.ended, new Promise((resolve) => setTimeout(resolve, AGENT_LIMITS.healthPollMs))]);
      }
      throw new StartError("not_answering");
    } finally {
      this.#isProving = false;
    }
  }

  /** Ends the plugin, if it runs. */
  async stop() {
    const run = this.#run;
    if (!run) return;
    run.isStopping = true;
    await endProcess(Number(run.child.pid), run.identity, this.config.stop_grace_ms);
    await run.ended;
    removeDurably(this.layout.pid);
  }

  /**
   * How the process ended, after the consequences were drawn.
   * @param {import("node:child_process").ChildProcess} child
   * @returns {Promise<string>}
   */
  #awaitEnd(child) {
    return new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        const how = signal ?? `exit code ${code}`;
        if (this.#run?.child === child) this.#afterEnd(this.#run, how);
        resolve(how);
      });
    });
  }

  /** @param {Run} run @param {string} how */
  #afterEnd(run, how) {
    this.#run = null;
    if (run.isStopping) return;
    endGroup(Number(run.child.pid)); // workers it left behind would keep its port
    this.log("warn", "the plugin ended by itself", { version: run.version, how });
    if (!this.#isProving) this.onCrash(how);
  }

  #environment() {
    const inherited = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
    return {
      ...Object.fromEntries(inherited),
      ...this.config.plugin.env,
      PORT: String(this.config.plugin.port),
      PLUGIN_CONFIG: this.layout.config,
    };
  }

  /** Opens the plugin's log for appending; it goes to a file because a pipe would break with the agent and take the plugin along. */
  #openLog() {
    this.boundLog();
    return openSync(this.layout.log, "a", 0o600);
  }

  /** Keeps the log under its limit: the former part moves aside at a start, a running process' file is cut. */
  boundLog() {
    const size = statSync(this.layout.log, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= AGENT_LIMITS.pluginLogBytes) return;
    if (this.#run) truncateSync(this.layout.log, 0);
    else renameSync(this.layout.log, `${this.layout.log}.1`);
  }
}
