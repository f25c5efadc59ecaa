import { setTimeout as wait } from "node:timers/promises";

const POLL_MS = 100;
const ANSWER_WITHIN_MS = 2_000;

/**
 * Waits until Center can serve: the web process answers, the database is migrated, a worker has been seen.
 *
 * @param {string} url      of the web server
 * @param {number} withinMs
 * @param {AbortSignal} signal
 * @throws {Error} with the last answer when the time is over, or the signal's reason
 */
export async function awaitReady(url, withinMs, signal) {
  const deadline = performance.now() + withinMs;
  for (let last = "no answer"; ; ) {
    signal.throwIfAborted();
    try {
      const answer = await fetch(`${url}/api/ready`, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]) });
      if (answer.status === 200) return;
      last = `${answer.status} ${(await answer.text()).slice(0, 500)}`;
    } catch (error) {
      last = describe(error);
    }
    if (performance.now() > deadline) throw new Error(`${url}/api/ready is not ready after ${withinMs / 1000} s, last: ${last}`);
    await wait(POLL_MS, undefined, { ref: true });
  }
}

/** @param {unknown} error */
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
