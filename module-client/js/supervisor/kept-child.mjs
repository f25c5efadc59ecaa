import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { MODULE_LIMITS } from "../limits.mjs";

/**
 * A command that is kept running: what ends by itself is begun again, later each time; what is ordered to is ended and begun again at once.
 * The command runs in a process group of its own, so that what it started ends with it.
 */
export class KeptChild {
  #command;
  #env;
  #log;
  /** @type {import("node:child_process").ChildProcess | null} */
  #child = null;
  /** @type {Promise<unknown>} */
  #ended = Promise.resolve();
  /** @type {NodeJS.Timeout | undefined} */
  #again;
  #isStopping = false;
  #isReplacing = false;
  #failures = 0;
  #why = "it has not been started";
  restarts = 0;

  /** @param {{ command: readonly string[], env: NodeJS.ProcessEnv, log: (text: string) => void }} options */
  constructor({ command, env, log }) {
    [this.#command, this.#env, this.#log] = [command, env, log];
  }

  get pid() {
    return this.#child?.pid ?? null;
  }

  /** Whether it runs, and if not why. @returns {{ ok: boolean, detail: string }} */
  get state() {
    return this.#child ? { ok: true, detail: "" } : { ok: false, detail: `It does not run: ${this.#why} (ERR_TIMEOUT)` };
  }

  start() {
    const [program = "", ...given] = this.#command;
    const child = spawn(program, given, { env: this.#env, stdio: "inherit", detached: true });
    this.#child = child;
    const startedAt = performance.now();
    this.#ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
    }).then((why) => {
      if (this.#child === child) this.#child = null;
      this.#why = String(why);
      if (this.#isStopping || this.#isReplacing) return;
      this.#failures = performance.now() - startedAt > MODULE_LIMITS.childSettledMs ? 0 : this.#failures + 1;
      const afterMs = Math.min(MODULE_LIMITS.retryMaxMs, MODULE_LIMITS.retryFirstMs * 2 ** Math.min(this.#failures, 10));
      this.#log(`the command ended (${why}); it is begun again in ${afterMs} ms`);
      this.#again = setTimeout(() => this.start(), afterMs);
    });
  }

  /**
   * Ends what runs and begins it anew.
   * @param {AbortSignal} signal
   * @param {() => Promise<boolean>} answers  whether it does what it is there for; asked until it does
   * @returns {Promise<{ pid: number | null, restarts: number }>}
   * @throws {Error} when it does not come up in time, so that the order is answered as failed
   */
  async restart(signal, answers) {
    this.#isReplacing = true;
    clearTimeout(this.#again);
    try {
      await this.#end();
      this.start();
    } finally {
      this.#isReplacing = false;
    }
    this.restarts += 1;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(MODULE_LIMITS.childStartMs)]);
    do {
      await wait(MODULE_LIMITS.childLookMs, undefined, { signal: limit });
      if (this.#child === null) throw new Error(`The command ended at once: ${this.#why}`);
    } while (!(await answers()));
    return { pid: this.pid, restarts: this.restarts };
  }

  async stop() {
    this.#isStopping = true;
    clearTimeout(this.#again);
    await this.#end();
  }

  /** Asks it to end, and ends it where it does not listen. */
  async #end() {
    if (this.#child === null) return;
    this.#signal("SIGTERM");
    const grace = new AbortController();
    const late = wait(MODULE_LIMITS.childGraceMs, "late", { signal: grace.signal }).catch(() => "ended");
    if ((await Promise.race([this.#ended, late])) === "late") this.#signal("SIGKILL");
    grace.abort();
    await this.#ended;
  }

  /** @param {NodeJS.Signals} name */
  #signal(name) {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, name);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
    }
  }
}

/** Waits until this process is asked to end. */
export function askedToEnd() {
  return Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
}
