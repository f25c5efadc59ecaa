import { spawn } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { signalIfAlive } from "./signal-if-alive.mjs";

const TETHER = pathToFileURL(path.join(import.meta.dirname, "tether.mjs")).href;

/**
 * Spawns a Node program that ends when we end, however we end (see tether.mjs). It leads its own process group: Ctrl-C in the terminal
 * reaches only us, who then stop things in order, and what the program leaves behind can be swept with it.
 *
 * @param {{ root: string, args: string[], env: Record<string, string | undefined>, output?: "inherit" | "pipe" }} program `args` as for `node`, relative to `root`
 * @returns {import("node:child_process").ChildProcess}
 */
export function spawnTethered({ root, args, env, output = "inherit" }) {
  return spawn(process.execPath, ["--import", TETHER, ...args], {
    cwd: root,
    env,
    detached: true,
    stdio: ["ignore", output, output, "ipc"],
  });
}

/**
 * Ends a tethered program and everything in its process group at once.
 *
 * @param {import("node:child_process").ChildProcess} child
 */
export function killGroup(child) {
  if (child.pid !== undefined) signalIfAlive(-child.pid, "SIGKILL");
}
