import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { log } from "../log.mjs";

const AGAIN_FIRST_MS = 250;
const AGAIN_MOST_MS = 10_000;
const STOP_MS = 4_000;

/**
 * Runs one of the platform's programs. A kept one is started again when it dies; the other kind stays dead until it is asked for.
 */
export class Program {
  #file;
  #isKept;
  #onMessage;
  #waitMs = AGAIN_FIRST_MS;
  #isWanted = false;
  /** @type {import("node:child_process").ChildProcess | null} */
  #child = null;

  /** @param {{ file: string, isKept: boolean, onMessage?: (message: any) => void }} parts file below examples/platform */
  constructor({ file, isKept, onMessage = () => undefined }) {
    [this.#file, this.#isKept, this.#onMessage] = [file, isKept, onMessage];
  }

  get pid() {
    return this.isAlive() ? (this.#child?.pid ?? null) : null;
  }

  isAlive() {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Alive already, it stays. */
  start() {
    this.#isWanted = true;
    if (this.isAlive()) return;
    const child = spawn(process.execPath, [join(import.meta.dirname, "..", this.#file)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child = child;
    child.on("message", this.#onMessage);
    child.on("exit", (code, signal) => this.#ended(code, signal));
  }

  async stop() {
    this.#isWanted = false;
    const child = this.#child;
    if (!child || !this.isAlive()) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(timer);
  }

  /** @param {number | null} code @param {string | null} signal */
  async #ended(code, signal) {
    if (!this.#isWanted) return;
    log("warn", "WARN_PROGRAM_ENDED", `${this.#file} ended (${signal ?? code})`);
    if (!this.#isKept) return;
    await wait(this.#waitMs);
    this.#waitMs = Math.min(AGAIN_MOST_MS, this.#waitMs * 2);
    if (this.#isWanted) this.start();
  }
}
