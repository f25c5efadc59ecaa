import { killGroup, spawnTethered } from "../process/spawn-tethered.mjs";
import { describeExit } from "./supervise-child.mjs";

/**
 * How Node runs one of our bundles; its stack traces speak of the sources.
 *
 * @param {string} name
 */
export const bundleArguments = (name) => ["--enable-source-maps", `.build/${name}.mjs`];

/**
 * Runs a program that must finish before the start goes on (migrate, seed).
 *
 * @param {string} name
 * @param {{ root: string, args: string[], env: Record<string, string | undefined> }} program
 * @param {AbortSignal} signal stops it with SIGTERM
 * @throws {Error} when it does not exit with 0; the program has said why
 */
export function runStep(name, program, signal) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      const child = spawnTethered(program);
      const stop = () => child.kill("SIGTERM");
      signal.addEventListener("abort", stop, { once: true });
      child.once("error", reject);
      child.once("exit", (code, exitSignal) => {
        signal.removeEventListener("abort", stop);
        killGroup(child);
        if (code === 0) resolve();
        else reject(new Error(`${name} failed (${describeExit({ code, signal: exitSignal })})`));
      });
    })
  );
}
