import { setTimeout as wait } from "node:timers/promises";
import { openPool } from "./database/open-pool.mjs";
import { closeOnSignal, log } from "./log.mjs";
import { readSettings, throughProxy } from "./read-settings.mjs";
import { doJob } from "./scheduler/do-job.mjs";
import { claimJob, failJob, finishJob, forgetFinished } from "./scheduler/queue.mjs";

const IDLE_MS = 1_000;
const TIDY_MS = 10 * 60_000;

/**
 * The scheduler as a process: takes due jobs one after another until it is told to stop. What it did is told to its parent, which speaks for it.
 * Environment: PLATFORM_FILE.
 */
async function main() {
  const settings = readSettings(process.env.PLATFORM_FILE);
  const sql = openPool(throughProxy(settings, "scheduler"), { max: 2 });
  const closing = new AbortController();
  const running = work(sql, settings.dir, closing.signal);
  log("info", "INFO_STARTED", "The scheduler works");
  closeOnSignal(async () => {
    closing.abort();
    await running;
    await sql.end({ timeout: 1 });
  });
}

/** @param {import("postgres").Sql} sql @param {string} dir @param {AbortSignal} signal */
async function work(sql, dir, signal) {
  let tidiedAt = 0;
  while (!signal.aborted) {
    try {
      const job = await claimJob(sql);
      if (job) await carryOut(sql, job, dir, signal);
      else await pause(signal);
      process.send?.({ alive: Date.now() });
      if (Date.now() - tidiedAt > TIDY_MS) {
        await forgetFinished(sql);
        tidiedAt = Date.now();
      }
    } catch (error) {
      log("error", "ERR_DATABASE", `The queue could not be reached: ${/** @type {Error} */ (error).message}`);
      await pause(signal);
    }
  }
}

/** @param {import("postgres").Sql} sql @param {import("./scheduler/queue.mjs").Job} job @param {string} dir @param {AbortSignal} signal */
async function carryOut(sql, job, dir, signal) {
  const since = performance.now();
  const tell = (/** @type {object} */ outcome) =>
    process.send?.({ job: { tenantId: job.tenant_id, kind: job.kind, ms: performance.now() - since, tries: job.tries, ...outcome } });
  try {
    await doJob(job, dir, signal);
  } catch (error) {
    if (signal.aborted) return; // its lease runs out, and another life does it
    const { message } = /** @type {Error} */ (error);
    tell({ ok: false, message, isDead: await failJob(sql, job, message) });
    return;
  }
  await finishJob(sql, job);
  tell({ ok: true });
}

/** @param {AbortSignal} signal */
async function pause(signal) {
  await wait(IDLE_MS, undefined, { signal }).catch(() => undefined);
}

main().catch((error) => {
  log("error", "ERR_UNAVAILABLE", `The scheduler could not start: ${error.message}`);
  process.exit(1);
});
