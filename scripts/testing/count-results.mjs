/**
 * How many cases of a suite passed, failed, were skipped.
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests?: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[] }} report Vitest's JSON
 * @returns {Counts} a file that failed outside its cases (it could not be loaded, a hook threw) counts as one failure
 */
export function countVitest(report) {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((one) => one.status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/**
 * @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, errors: unknown[] }} report Playwright's JSON
 * @returns {Counts} an error outside any case counts as one failure
 */
export function countPlaywright({ stats, errors }) {
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length, skipped: stats.skipped };
}

/** @typedef {{ specs?: unknown[], suites?: Suite[] }} Suite */

/** @param {Suite} suite as listed by Playwright @returns {number} the cases in it */
export function countListed({ specs = [], suites = [] }) {
  return specs.length + suites.reduce((sum, inner) => sum + countListed(inner), 0);
}

/** @param {string} output of `npm run verify` @returns {Counts | null} null when it did not come to its end */
export function countVerify(output) {
  const [, passed, failed] = /^verify: (\d+) passed, (\d+) failed/m.exec(output) ?? [];
  return passed === undefined ? null : { passed: Number(passed), failed: Number(failed), skipped: 0 };
}

/**
 * @param {string} output of `npm run chaos:kill`
 * @returns {Counts | null} each promise that held or broke counts as one case; null when it did not come to its end
 */
export function countChaos(output) {
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  if (!/^\{"rounds":\d+,/.test(last)) return null;
  const { rounds: _rounds, ...broken } = JSON.parse(last);
  const counts = Object.values(broken);
  return { passed: counts.filter((count) => count === 0).length, failed: counts.filter((count) => count !== 0).length, skipped: 0 };
}

/** @param {string} output of `npm run e2e:wordpress` @returns {Counts | null} null when it did not come to its end */
export function countWordPress(output) {
  const lines = output.trimEnd().split("\n");
  if (!/^\{"updates":\d+,/.test(lines.at(-1) ?? "")) return null;
  const count = (/** @type {RegExp} */ start) => lines.filter((line) => start.test(line)).length;
  return { passed: count(/^ok {3}\S/), failed: count(/^FAIL \S/), skipped: 0 };
}

/**
 * Lets no failure pass for a success: a suite that told nothing, ran nothing, or ended badly without a failed case has failed.
 *
 * @param {Counts | null} counts
 * @param {number | null} exitCode
 * @returns {Counts}
 */
export function judgeSuite(counts, exitCode) {
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 };
  const isSuspicious = passed + failed + skipped === 0 || (exitCode !== 0 && failed === 0);
  return { passed, failed: isSuspicious ? failed + 1 : failed, skipped };
}

/** @param {Counts[]} all @returns {Counts} */
export function sumCounts(all) {
  return all.reduce(
    (sum, one) => ({ passed: sum.passed + one.passed, failed: sum.failed + one.failed, skipped: sum.skipped + one.skipped }),
    {
      passed: 0,
      failed: 0,
      skipped: 0,
    },
  );
}

/** @param {Counts} counts */
export const describeCounts = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;
