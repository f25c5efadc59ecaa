import { setTimeout as wait } from "node:timers/promises";

/** Together below the 15 s within which SIGTERM must have drained everything. */
const CHILDREN_WITHIN_MS = 11_000;
const DATABASE_WITHIN_MS = 2_500;
const HURRIED_DATABASE_WITHIN_MS = 500;
const DATABASE_ABORT_WITHIN_MS = 1_000;

/**
 * Stops everything in order: the programs finish what they hold, whoever is late is killed, and the database goes last.
 *
 * @param {{
 *   children: import("./supervise-child.mjs").SupervisedChild[],
 *   database: { stop(mode: "fast" | "immediate"): Promise<void> } | null,
 * }} parts
 * @param {AbortSignal} hurry  fired by a second signal: nobody is waited for any more
 * @param {(line: string) => void} report
 */
export async function drain({ children, database }, hurry, report) {
  const ended = Promise.all(children.map((child) => child.stop()));
  await within(ended, CHILDREN_WITHIN_MS, hurry);
  for (const child of children.filter((one) => one.isRunning())) {
    report(`${child.name} did not end in time, killing it`);
    child.kill();
  }
  await ended;
  if (!database) return;
  const stopped = database.stop("fast");
  if (await within(stopped, hurry.aborted ? HURRIED_DATABASE_WITHIN_MS : DATABASE_WITHIN_MS)) return;
  report("PostgreSQL is slow to stop, leaving the rest to its recovery at the next start");
  await within(database.stop("immediate"), DATABASE_ABORT_WITHIN_MS);
}

/**
 * @param {Promise<unknown>} work @param {number} ms @param {AbortSignal} [hurry]
 * @returns {Promise<boolean>} whether the work was done before the time was over or the signal fired
 */
async function within(work, ms, hurry) {
  const done = new AbortController();
  const signal = hurry ? AbortSignal.any([done.signal, hurry]) : done.signal;
  const timeIsOver = wait(ms, false, { signal }).catch(() => false);
  const outcome = await Promise.race([work.then(() => true), timeIsOver]);
  done.abort();
  return outcome;
}
