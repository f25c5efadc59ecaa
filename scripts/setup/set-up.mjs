import path from "node:path";
import { waitForLock } from "../process/process-lock.mjs";
import { ensureBuilds } from "./ensure-builds.mjs";
import { ensureDependencies } from "./ensure-dependencies.mjs";
import { ensureTestTools } from "./ensure-test-tools.mjs";

/**
 * Brings a checkout to where it can run: packages, builds and, for tests, the tools they need. Does nothing, quickly, when all is there.
 * Several at once wait for each other.
 *
 * @param {object} options
 * @param {"start" | "test" | "check"} options.purpose
 * @param {string} options.root
 * @param {Record<string, string | undefined>} options.env
 * @param {(line: string) => void} options.print
 * @throws {Error} saying what failed and how
 */
export async function setUp({ purpose, root, env, print }) {
  const report = (/** @type {string} */ line) => print(`set-up: ${line}`);
  const lock = await waitForLock(path.join(root, ".build", "lock"), `set-up for ${purpose}`, ({ pid }) =>
    report(`waiting for another set-up (process ${pid})`),
  );
  try {
    const surroundings = { root, env, report };
    await ensureDependencies(surroundings);
    await ensureBuilds(surroundings);
    if (purpose === "test") await ensureTestTools(surroundings);
  } finally {
    lock.release();
  }
}
