import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";

const PATIENCE_MS = 60_000;
const LOOK_MS = 50;
/** A server that does not end when it is told to is ended by force. */
const GRACE_SECONDS = 10;
const END_WITH_PARENT = join(import.meta.dirname, "end-with-parent.sh");
const REMOVE_WITH_PARENT = join(import.meta.dirname, "remove-with-parent.sh");

/**
 * A server of the shop's machine. It ends with us, however we end (end-with-parent.sh): what is left of a run that was broken off would keep
 * ports, memory and disk for ever.
 * @param {string} command @param {string[]} args @param {{ env?: NodeJS.ProcessEnv, graceSeconds?: number }} [options]
 */
export function runServer(command, args, { env = process.env, graceSeconds = GRACE_SECONDS } = {}) {
  // A session of its own: Ctrl-C reaches only us, and the server hears of it by our end.
  const child = spawn("sh", [END_WITH_PARENT, String(graceSeconds), command, ...args], { stdio: "pipe", detached: true, env });
  const running = watch(child);
  return { ...running, stop: () => endInput(child, running.ended) };
}

/** Removes a folder when we have ended, however we end, or when it is asked to. @param {string} folder */
export function removeWithUs(folder) {
  const child = spawn("sh", [REMOVE_WITH_PARENT, folder], { stdio: "pipe", detached: true });
  const { ended } = watch(child);
  return { remove: () => endInput(child, ended) };
}

/** @param {import("node:child_process").ChildProcess} child @param {Promise<unknown>} ended */
async function endInput(child, ended) {
  child.stdin?.destroy();
  await ended;
}

/** @param {import("node:child_process").ChildProcess} child */
function watch(child) {
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
  return { child, said: () => said, ended };
}

/**
 * Runs a program to its end.
 * @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} [env]
 * @throws Error with what it said
 */
export async function runToEnd(command, args, env = process.env) {
  const running = watch(spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env }));
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
