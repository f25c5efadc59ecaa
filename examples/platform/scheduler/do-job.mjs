import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** What each kind of job does. All are idempotent: done twice, the end is the same. */
const KINDS = {
  /** A line in the tenant's journal of reminders. @param {import("./queue.mjs").Job} job @param {string} dir */
  async remind({ tenant_id: tenantId, id }, dir) {
    await mkdir(join(dir, "reminders"), { recursive: true });
    await appendFile(join(dir, "reminders", `${tenantId}.log`), `${id}\n`);
  },
  /** Something long: it holds its worker for as long as it says. @param {import("./queue.mjs").Job} job @param {string} _dir @param {AbortSignal} signal */
  async report({ payload }, _dir, signal) {
    await wait(Math.min(10_000, Number(payload.ms) || 0), undefined, { signal });
  },
};

/**
 * @param {import("./queue.mjs").Job} job @param {string} dir @param {AbortSignal} signal
 * @throws {Error} when it failed, or is of no kind that is known
 */
export async function doJob(job, dir, signal) {
  const work = KINDS[/** @type {keyof typeof KINDS} */ (job.kind)];
  if (!work) throw new Error(`nobody knows how to do "${job.kind}"`);
  await work(job, dir, signal);
}
