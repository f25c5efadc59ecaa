import { spawn } from "node:child_process";
import { createServer } from "node:net";

const PATIENCE_MS = 60_000;
const LOOK_MS = 50;

/**
 * A program of the shop's machine, ended with the shop.
 * @param {string} command @param {string[]} args @param {import("node:child_process").SpawnOptions} [options]
 */
export function runProcess(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      said = (said + chunk).slice(-8_000);
    });
  }
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(signal ?? code));
  });
  return {
    child,
    said: () => said,
    ended,
    /** @param {NodeJS.Signals} [signal] */
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      await ended;
    },
  };
}

/**
 * Runs a program to its end.
 * @param {string} command @param {string[]} args @param {import("node:child_process").SpawnOptions} [options]
 * @throws Error with what it said
 */
export async function runToEnd(command, args, options = {}) {
  const running = runProcess(command, args, options);
  const code = await running.ended;
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${running.said()}`);
  return running.said();
}

/**
 * Waits until a condition holds.
 * @param {() => Promise<unknown> | unknown} condition @param {string} what @param {number} [withinMs]
 */
export async function until(condition, what, withinMs = PATIENCE_MS) {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
