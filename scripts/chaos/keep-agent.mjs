import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";

const AGAIN_MS = 300;
const STOP_MS = 15_000;
const AGENT = path.join(import.meta.dirname, "..", "..", "plugin-client", "js", "agent.mjs");

/**
 * Runs one shop's agent, and again whenever it ends, as the service manager of the shop's machine would.
 *
 * @param {string} directory
 * @returns {{ kill(): boolean, stop(): Promise<void> }} `kill` is `kill -9`, false while it is down
 */
export function keepAgent(directory) {
  const log = fs.openSync(path.join(directory, "agent.log"), "a", 0o600);
  let isStopping = false;
  /** @type {import("node:child_process").ChildProcess | null} */
  let running = null;
  /** @type {NodeJS.Timeout | undefined} */
  let pause;

  function start() {
    const { PATH, HOME, TMPDIR } = process.env;
    const env = { PATH, HOME, TMPDIR };
    const child = spawn(process.execPath, ["--max-old-space-size=48", AGENT, "--dir", directory], { env, stdio: ["ignore", log, log] });
    running = child;
    child.once("exit", () => {
      running = null;
      if (!isStopping) pause = setTimeout(start, AGAIN_MS);
    });
  }

  start();
  return {
    kill: () => running?.kill("SIGKILL") ?? false,
    async stop() {
      isStopping = true;
      clearTimeout(pause);
      const child = running;
      if (child) {
        const ended = once(child, "exit");
        const impatience = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
        child.kill("SIGTERM");
        await ended;
        clearTimeout(impatience);
      }
      fs.closeSync(log);
    },
  };
}
