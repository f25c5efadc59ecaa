import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { MODULE_LIMITS } from "../limits.mjs";
import { birthOf, endGroup, isStill, signalGroup } from "./process-group.mjs";

const MARK = "CENTER_SUPERVISED";

/**
 * A command that is kept running: what ends by itself is begun again, later each time; what is ordered to is ended and begun again at once.
 * The command runs in a process group of its own, so that what it started ends with it. The group is written down, so that the next
 * supervisor ends what one that was killed left behind.
 */
export class KeptChild {
  #command;
  #env;
  #file;
  #log;
  /** @type {import("node:child_process").ChildProcess | null} */
  #child = null;
  /** Of the newest child, until nothing of it runs. @type {number | null} */
  #group = null;
  /** @type {Promise<boolean> | null} */
  #ending = null;
  /** @type {NodeJS.Timeout | undefined} */
  #again;
  /** Whoever waited for an end begins only where nobody came after. */
  #turn = 0;
  #isStopping = false;
  #failures = 0;
  #why = "it has not been started";
  restarts = 0;

  /** @param {{ command: readonly string[], env: NodeJS.ProcessEnv, file: string, log: (text: string) => void }} options */
  constructor({ command, env, file, log }) {
    [this.#command, this.#env, this.#file, this.#log] = [command, env, file, log];
  }

  get pid() {
    return this.#child?.pid ?? null;
  }

  /** Whether it runs, and if not why. @returns {{ ok: boolean, detail: string }} */
  get state() {
    return this.#child ? { ok: true, detail: "" } : { ok: false, detail: `It does not run: ${this.#why} (ERR_TIMEOUT)` };
  }

  /** Ends what an earlier supervisor left, and begins. Asked for while nobody else keeps the same file. */
  async begin() {
    const left = this.#readLeft();
    if (left !== null && isStill(left)) {
      this.#log(`an earlier supervisor left process group ${left.pid}; it is ended`);
      this.#group = left.pid;
    }
    await this.#replace();
  }

  /**
   * Ends what runs and begins it anew.
   * @param {AbortSignal} signal
   * @param {() => Promise<boolean>} answers  whether it does what it is there for; asked until it does
   * @returns {Promise<{ pid: number | null, restarts: number }>}
   * @throws {Error} when it does not come up in time, or its supervisor ends, so that the order is answered as failed
   */
  async restart(signal, answers) {
    const isGone = await this.#replace();
    this.restarts += 1;
    if (!isGone) throw new Error("What the command started does not end");
    const limit = AbortSignal.any([signal, AbortSignal.timeout(MODULE_LIMITS.childStartMs)]);
    do {
      this.#requireKept();
      await wait(MODULE_LIMITS.childLookMs, undefined, { signal: limit });
      this.#requireKept();
      if (this.#child === null) throw new Error(`The command ended at once: ${this.#why}`);
    } while (!(await answers()));
    return { pid: this.pid, restarts: this.restarts };
  }

  /** From now on nothing is begun any more. */
  close() {
    this.#isStopping = true;
    clearTimeout(this.#again);
  }

  async stop() {
    this.close();
    if (!(await this.#end())) this.#log("what the command started does not end");
  }

  /** Ends all of it without waiting: for a supervisor that has no time left. */
  kill() {
    this.close();
    if (this.#group !== null) signalGroup(this.#group, "SIGKILL");
  }

  #requireKept() {
    if (this.#isStopping) throw new Error("The supervisor ends, and the command with it");
  }

  /** @returns {Promise<boolean>} whether nothing of the one before runs */
  async #replace() {
    clearTimeout(this.#again);
    this.#turn += 1;
    const turn = this.#turn;
    const isGone = await this.#end();
    if (turn === this.#turn && !this.#isStopping) this.#start();
    return isGone;
  }

  #start() {
    const [program = "", ...given] = this.#command;
    const mark = randomUUID();
    const child = spawn(program, given, { env: { ...this.#env, [MARK]: mark }, stdio: "inherit", detached: true });
    this.#child = child;
    if (child.pid !== undefined) this.#keep(child.pid, mark);
    const startedAt = performance.now();
    const ended = (/** @type {string} */ why) => {
      // Ended by us: whoever did that goes on.
      if (this.#child !== child) return;
      this.#child = null;
      this.#why = why;
      void this.#end();
      if (this.#isStopping) return;
      this.#failures = performance.now() - startedAt > MODULE_LIMITS.childSettledMs ? 0 : this.#failures + 1;
      const afterMs = Math.min(MODULE_LIMITS.retryMaxMs, MODULE_LIMITS.retryFirstMs * 2 ** Math.min(this.#failures, 10));
      this.#log(`the command ended (${why}); it is begun again in ${afterMs} ms`);
      this.#again = setTimeout(() => void this.#replace(), afterMs);
    };
    child.once("error", (error) => ended(error.message));
    child.once("exit", (code, signal) => ended(signal ?? `exit ${code}`));
  }

  /** Asks all of it to end, and ends what does not listen. @returns {Promise<boolean>} whether nothing of it runs any more */
  #end() {
    if (this.#child !== null) [this.#child, this.#why] = [null, "it was ended to be begun again"];
    if (this.#group === null) return Promise.resolve(true);
    const group = this.#group;
    this.#ending ??= endGroup(group).then((isGone) => {
      this.#ending = null;
      if (isGone) {
        this.#group = null;
        rmSync(this.#file, { force: true });
      }
      return isGone;
    });
    return this.#ending;
  }

  /** @param {number} pid @param {string} mark */
  #keep(pid, mark) {
    this.#group = pid;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(this.#file, JSON.stringify({ pid, birth: birthOf(pid), mark: `${MARK}=${mark}` }), { mode: 0o600 });
    } catch (error) {
      // A full disk ends no application.
      this.#log(`the process group cannot be written down: ${/** @type {Error} */ (error).message}`);
    }
  }

  /** @returns {{ pid: number, birth: string | null, mark: string } | null} */
  #readLeft() {
    try {
      const { pid, birth, mark } = JSON.parse(readFileSync(this.#file, "utf8"));
      return Number.isInteger(pid) && pid > 1 && typeof mark === "string" ? { pid, birth, mark } : null;
    } catch {
      // None, or written halfway by a supervisor that was killed.
      return null;
    }
  }
}
