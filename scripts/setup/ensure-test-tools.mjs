import { ensureBrowser, findBrowser } from "../ensure-browser.mjs";
import { findExecutable } from "./find-executable.mjs";
import { hasPhp, hasWordPress, PHP_PACKAGES, WORDPRESS_PACKAGES } from "./find-wordpress.mjs";
import { installDebianPackages, mayInstallDebianPackages } from "./install-debian-packages.mjs";

/** @typedef {import("./ensure-dependencies.mjs").Surroundings} Surroundings */

/**
 * Provides what the tests need besides npm packages: a browser, bubblewrap for the sandbox, and PHP with a WordPress for the agent that lives
 * in one. What only root can install is skipped with a loud word for an ordinary user; under CI=true it is a failure, so that nothing goes
 * untested unseen.
 *
 * @param {Surroundings} surroundings
 * @throws {Error} under CI, naming what is missing
 */
export async function ensureTestTools(surroundings) {
  const { env, report } = surroundings;
  const groups = [
    { names: [...((await findBrowser(env)) ? [] : ["chromium"]), ...(hasSandbox(env) ? [] : ["bubblewrap"])], isLean: false },
    { names: [...(hasPhp(env) ? [] : PHP_PACKAGES), ...(hasWordPress(env) ? [] : WORDPRESS_PACKAGES)], isLean: true },
  ].filter(({ names }) => names.length > 0);
  if (groups.length > 0 && mayInstallDebianPackages(env)) await attempt(() => installDebianPackages(groups, surroundings), report);
  await attempt(() => ensureBrowser(surroundings), report);

  const missing = [];
  if (!(await findBrowser(env)))
    missing.push("no Chromium: the end-to-end tests cannot run. As root: apt-get install chromium (or set CHROMIUM_PATH)");
  if (!hasSandbox(env))
    missing.push("no bubblewrap: the sandbox is only tested with plain namespaces. As root: apt-get install bubblewrap");
  if (!hasPhp(env)) missing.push(`no PHP: the agent for WordPress is not tested. As root: apt-get install ${PHP_PACKAGES.join(" ")}`);
  if (!hasWordPress(env)) missing.push(`no WordPress: its journeys cannot run. As root: apt-get install ${WORDPRESS_PACKAGES.join(" ")}`);
  if (missing.length === 0) return;
  if (isContinuousIntegration(env)) throw new Error(`CI is set and something is missing:\n${missing.join("\n")}`);
  for (const line of missing) report(`!!! SKIPPED !!! ${line}`);
}

/** @param {Record<string, string | undefined>} env */
export const isContinuousIntegration = ({ CI }) => CI === "true" || CI === "1";

/** Only Linux has bubblewrap. @param {Record<string, string | undefined>} env */
const hasSandbox = (env) => process.platform !== "linux" || findExecutable("bwrap", env) !== null;

/** What could not be installed is told, and judged afterwards by what is there. @param {() => Promise<void>} work @param {(line: string) => void} report */
async function attempt(work, report) {
  try {
    await work();
  } catch (error) {
    report(/** @type {Error} */ (error).message);
  }
}
