/**
 * `npm test`, after `pretest` has set up: verify, unit and database tests, end-to-end tests. Goes on after failures; the last line counts
 * everything, and the exit code is 1 when anything failed.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ensurePostgres } from "./embedded-postgres.mjs";
import { findBrowser } from "./ensure-browser.mjs";
import { hasWordPress } from "./setup/find-wordpress.mjs";
import { describeCounts, sumCounts } from "./testing/count-results.mjs";
import { countUnrunnable, runChaos, runPlaywright, runVerify, runVitest, runWordPress, WORDPRESS_CASES } from "./testing/run-suites.mjs";

const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
const root = path.resolve(import.meta.dirname, "..");
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "center-npm-test-"));
const interrupted = new AbortController();
for (const signal of SIGNALS) process.on(signal, () => interrupted.abort());

/** @type {{ name: string, counts: import("./testing/count-results.mjs").Counts }[]} */
const outcomes = [];
/** @param {string} name @param {() => Promise<import("./testing/count-results.mjs").Counts>} suite */
async function run(name, suite) {
  console.log(`\n== ${name}`);
  const counts = await suite().catch((error) => {
    console.error(error);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  outcomes.push({ name, counts });
}

const plain = { root, reportDir: temporary, env: process.env, signal: interrupted.signal };
await run("verify", () => runVerify(plain));

// One PostgreSQL for all suites, whose data may be lost with the machine.
const cluster = await ensurePostgres({ dataDir: path.join(temporary, "postgres"), durable: false });
try {
  const browser = await findBrowser(process.env);
  const env = { ...process.env, TEST_SUPERUSER_URL: cluster.superuserUrl, ...(browser ? { CHROMIUM_PATH: browser } : {}) };
  const ground = { ...plain, env };
  await run("unit and database tests", () => runVitest(ground));
  if (browser) await run("end-to-end tests", () => runPlaywright(ground));
  else await run("end-to-end tests: !!! SKIPPED !!! there is no Chromium", () => countUnrunnable(ground));
} finally {
  await cluster.stop("immediate");
  fs.rmSync(temporary, { recursive: true, force: true });
}

// Both mostly wait for time to pass, so they wait together; the shops' own words come when the kills are over.
const shops = hasWordPress(process.env)
  ? runWordPress(plain)
  : Promise.resolve({ counts: { passed: 0, failed: 0, skipped: WORDPRESS_CASES }, output: "!!! SKIPPED !!! there is none here" });
await run("twenty rounds of kill -9", () => runChaos(plain));
await run("a real WordPress", async () => {
  const { counts, output } = await shops;
  console.log(output);
  return counts;
});

const total = sumCounts(outcomes.map(({ counts }) => counts));
console.log("");
for (const { name, counts } of outcomes) console.log(`${name}: ${describeCounts(counts)}`);
console.log(describeCounts(total));
process.exitCode = total.failed > 0 || interrupted.signal.aborted ? 1 : 0;
