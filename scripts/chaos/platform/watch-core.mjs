import { setTimeout as wait } from "node:timers/promises";
import { ask } from "../ask.mjs";

const EVERY_MS = 200;
const ANSWER_WITHIN_MS = 5_000;
/** What nobody would notice on a busy machine; above it, and three times what is usual, the core counts as slowed. */
const NOTICED_MS = 400;
const SLOWER = 3;

/** @param {readonly number[]} sorted */
const p95 = (sorted) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0;

/**
 * Asks for the free core of every tenant all the time, as its people do.
 *
 * @param {{ frontUrl: string, slugs: readonly string[] }} parts
 */
export function watchCore({ frontUrl, slugs }) {
  const closing = new AbortController();
  /** @type {{ at: number, status: number, ms: number }[]} */
  let answers = [];
  let usualMs = 0;
  const running = (async () => {
    for (let turn = 0; !closing.signal.aborted; turn += 1) {
      const at = performance.now();
      const { status } = await ask(`${frontUrl}/t/${slugs[turn % slugs.length]}/catalog`, {}, ANSWER_WITHIN_MS);
      answers.push({ at, status, ms: performance.now() - at });
      await wait(EVERY_MS, undefined, { signal: closing.signal }).catch(() => undefined); // stopped
    }
  })();
  /** Everything since the last look. */
  const take = () => {
    const taken = answers;
    answers = [];
    return { taken, slowest: p95(taken.map(({ ms }) => ms).toSorted((a, b) => a - b)) };
  };
  return {
    /** What was answered so far becomes what is usual. */
    calibrate() {
      usualMs = take().slowest;
      return usualMs;
    },
    forget: () => void take(),
    /** @returns {string[]} how the core suffered since the last look */
    complaints() {
      const { taken, slowest } = take();
      const failed = taken.filter(({ status }) => status !== 200).map(({ status }) => `the core answered ${status}`);
      const isSlowed = slowest > NOTICED_MS && slowest > SLOWER * usualMs;
      return isSlowed ? [...failed, `the core took ${Math.round(slowest)} ms (p95), usually ${Math.round(usualMs)} ms`] : failed;
    },
    async stop() {
      closing.abort();
      await running;
    },
  };
}
