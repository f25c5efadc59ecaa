import { findExecutable } from "./find-executable.mjs";
import { runWithProgress } from "./run-with-progress.mjs";

const WITHIN_MS = 600_000;

/** @param {Record<string, string | undefined>} env */
export const mayInstallDebianPackages = (env) => process.getuid?.() === 0 && findExecutable("apt-get", env) !== null;

/**
 * @param {{ names: readonly string[], isLean: boolean }[]} groups lean: without what Debian merely recommends beside them
 * @param {import("./ensure-dependencies.mjs").Surroundings} surroundings
 * @throws {Error} with apt's words
 */
export async function installDebianPackages(groups, { root, env, report }) {
  const quiet = { ...env, DEBIAN_FRONTEND: "noninteractive" };
  const run = (/** @type {string} */ label, /** @type {string[]} */ args) =>
    runWithProgress({ label, root, program: { command: "apt-get", args }, env: quiet, report, withinMs: WITHIN_MS });
  await run("reading Debian's package lists (apt-get update)", ["update"]);
  for (const { names, isLean } of groups) {
    const options = ["-o", "DPkg::Lock::Timeout=300", "install", "-y", ...(isLean ? ["--no-install-recommends"] : [])];
    await run(`installing Debian packages (${names.join(", ")})`, [...options, ...names]);
  }
}
