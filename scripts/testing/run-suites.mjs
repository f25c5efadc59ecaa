import fs from "node:fs";
import path from "node:path";
import { killGroup, spawnTethered } from "../process/spawn-tethered.mjs";
import { countChaos, countListed, countPlaywright, countVerify, countVitest, countWordPress, judgeSuite } from "./count-results.mjs";

/**
 * Where a suite runs: `signal` ends it, `reportDir` takes what the runners write.
 *
 * @typedef {{ root: string, reportDir: string, env: Record<string, string | undefined>, signal: AbortSignal }} Ground
 * @typedef {import("./count-results.mjs").Counts} Counts
 */

const VITEST = path.join("node_modules", "vitest", "vitest.mjs");
const CHAOS = path.join("scripts", "chaos", "kill.mjs");
const WORDPRESS = path.join("scripts", "testing", "e2e-wordpress.mjs");
const PLAYWRIGHT = path.join("node_modules", "@playwright", "test", "cli.js");

/** `npm run verify`: each of its steps counts as one case. @param {Ground} ground @returns {Promise<Counts>} */
export async function runVerify(ground) {
  const { code, output } = await runNode(ground, [path.join("scripts", "house", "verify.mjs")], { isCaptured: true });
  return judgeSuite(countVerify(output), code);
}

/** Unit and database tests. @param {Ground} ground @returns {Promise<Counts>} */
export async function runVitest(ground) {
  const report = path.join(ground.reportDir, "vitest.json");
  const { code } = await runNode(ground, [VITEST, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]);
  return judgeSuite(readReport(report, countVitest), code);
}

/** End-to-end tests in a real browser. @param {Ground} ground @returns {Promise<Counts>} */
export async function runPlaywright(ground) {
  const report = path.join(ground.reportDir, "playwright.json");
  const env = { ...ground.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const { code } = await runNode({ ...ground, env }, [PLAYWRIGHT, "test", "--reporter=list,json"]);
  return judgeSuite(readReport(report, countPlaywright), code);
}

/** The product under `kill -9`: each of its promises counts as one case. @param {Ground} ground @returns {Promise<Counts>} */
export async function runChaos(ground) {
  const { code, output } = await runNode(ground, [CHAOS, "--rounds", "20", "--seed", "ci"], { isCaptured: true });
  return judgeSuite(countChaos(output), code);
}

/** How many cases a machine without WordPress leaves untested. */
export const WORDPRESS_CASES = 11;

/**
 * Real shops and the real Center, on the tree that is built. Shows nothing while it runs, as another suite may be speaking; it never rejects.
 *
 * @param {Ground} ground @returns {Promise<{ counts: Counts, output: string }>}
 */
export async function runWordPress(ground) {
  const { code, output } = await runNode(ground, [WORDPRESS], { isCaptured: true, isShown: false });
  return { counts: judgeSuite(countWordPress(output), code), output };
}

/** Without a browser: the end-to-end cases that cannot run here, by number. @param {Ground} ground @returns {Promise<Counts>} */
export async function countUnrunnable(ground) {
  const report = path.join(ground.reportDir, "playwright-list.json");
  const env = { ...ground.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const { code } = await runNode({ ...ground, env }, [PLAYWRIGHT, "test", "--list", "--reporter=json"]);
  return judgeSuite(
    readReport(report, (listed) => ({ passed: 0, failed: 0, skipped: countListed(listed) })),
    code,
  );
}

/**
 * @template Report
 * @param {string} file @param {(report: Report) => Counts} count
 * @returns {Counts | null} null when the runner died before it wrote
 */
function readReport(file, count) {
  return fs.existsSync(file) ? count(JSON.parse(fs.readFileSync(file, "utf8"))) : null;
}

/**
 * @param {Ground} ground @param {string[]} args
 * @param {{ isCaptured?: boolean, isShown?: boolean }} [options] captured output is still shown, unless it is not to be
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function runNode({ root, env, signal }, args, { isCaptured = false, isShown = true } = {}) {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve({ code: null, output: "" });
      return;
    }
    const child = spawnTethered({ root, args, env, output: isCaptured ? "pipe" : "inherit" });
    const kill = () => killGroup(child);
    signal.addEventListener("abort", kill, { once: true });
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      if (isShown) process.stdout.write(chunk);
    });
    if (isShown) child.stderr?.pipe(process.stderr, { end: false });
    else
      child.stderr?.on("data", (chunk) => {
        output += chunk;
      });
    child.once("error", (error) => {
      console.error(error.message);
      resolve({ code: null, output });
    });
    child.once("close", (code) => {
      signal.removeEventListener("abort", kill);
      // What a suite left running must not trouble the next one.
      killGroup(child);
      resolve({ code, output });
    });
  });
}
