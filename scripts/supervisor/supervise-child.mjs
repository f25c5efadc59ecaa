import { killGroup } from "../process/spawn-tethered.mjs";
import { nextBackoffMs } from "./backoff.mjs";

/**
 * @typedef {{ name: string, code: number | null, signal: NodeJS.Signals | null, aliveMs: number }} Exit
 * @typedef {{ name: string, stop(): Promise<void>, kill(): void, isRunning(): boolean }} SupervisedChild
 */

/**
 * Keeps one program running: starts it, and after each death starts it again with a growing pause.
 *
 * @param {object} options
 * @param {string} options.name                                              for the reader of the reports
 * @param {() => import("node:child_process").ChildProcess} options.spawn
 * @param {(line: string) => void} options.report
 * @param {(exit: Exit) => boolean} [options.mayRestart]                      false gives it up; always true unless given
 * @returns {SupervisedChild} `stop` sends SIGTERM and resolves when it has ended for good; `kill` does not ask
 */
export function superviseChild({ name, spawn, report, mayRestart = () => true }) {
  let isStopping = false;
  let delayMs = 0;
  /** @type {import("node:child_process").ChildProcess | null} */
  let running = null;
  /** @type {NodeJS.Timeout | undefined} */
  let pause;
  const { promise: ended, resolve: markEnded } = withResolvers();

  function start() {
    const startedAt = performance.now();
    const child = spawn();
    running = child;
    let isOver = false;
    const over = (/** @type {number | null} */ code, /** @type {NodeJS.Signals | null} */ signal) => {
      // A program that cannot be spawned reports an error and no exit.
      if (isOver) return;
      isOver = true;
      running = null;
      // What it had started itself would hold its ports against the successor.
      killGroup(child);
      afterExit({ name, code, signal, aliveMs: performance.now() - startedAt });
    };
    child.once("exit", over);
    child.once("error", (error) => {
      report(`${name}: ${error.message}`);
      if (child.pid === undefined) over(1, null);
    });
  }

  /** @param {Exit} exit */
  function afterExit(exit) {
    if (isStopping || !mayRestart(exit)) {
      markEnded();
      return;
    }
    delayMs = nextBackoffMs(delayMs, exit.aliveMs);
    report(`${name} ended (${describeExit(exit)}) after ${(exit.aliveMs / 1000).toFixed(1)} s, starting it again in ${delayMs / 1000} s`);
    pause = setTimeout(start, delayMs);
  }

  start();
  return {
    name,
    isRunning: () => running !== null,
    kill: () => running && killGroup(running),
    stop() {
      isStopping = true;
      clearTimeout(pause);
      if (running) running.kill("SIGTERM");
      else markEnded();
      return ended;
    },
  };
}

/** @param {{ code: number | null, signal: string | null }} exit */
export const describeExit = ({ code, signal }) => (signal ? `signal ${signal}` : `exit code ${code}`);

/** @returns {{ promise: Promise<void>, resolve: () => void }} */
function withResolvers() {
  /** @type {() => void} */
  let resolve = () => undefined;
  const promise = /** @type {Promise<void>} */ (
    new Promise((settle) => {
      resolve = () => settle(undefined);
    })
  );
  return { promise, resolve };
}
