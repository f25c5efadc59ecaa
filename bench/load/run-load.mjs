import { Worker } from "node:worker_threads";

/**
 * @typedef {{
 *   port: number, path: string, plugins: readonly import("./sign-beats.mjs").KnownPlugin[],
 *   clients: number, seconds: number, linesPerRequest: number, requests: number, ratePerSecond: number,
 * }} LoadOrder `linesPerRequest` 0: single beats; `requests` 0: until the time is over; `ratePerSecond` 0: as fast as answers come
 *
 * @typedef {{
 *   beatsPerSecond: number, beats: number, requests: number, p50Ms: number, p99Ms: number, statuses: Record<string, number>,
 * }} LoadResult `beats` counts what was answered 200
 */

/** @param {readonly number[]} sorted @param {number} share 0..1 */
export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle of some figures; of an even number of them the mean of the two in the middle, so that it favours neither. @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

/**
 * Sends beats from a thread of its own.
 *
 * @param {Pick<LoadOrder, "port" | "path" | "plugins"> & Partial<LoadOrder>} order
 * @returns {Promise<LoadResult>}
 */
export function runLoad(order) {
  const workerData = { clients: 64, seconds: 5, linesPerRequest: 0, requests: 0, ratePerSecond: 0, ...order };
  const thread = new Worker(new URL("./load-thread.mjs", import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.once("message", ({ seconds, beats, requests, statuses, latencies }) => {
      const sorted = Float64Array.from(latencies).sort();
      resolve({
        beatsPerSecond: beats / seconds,
        beats,
        requests,
        p50Ms: quantile(/** @type {any} */ (sorted), 0.5),
        p99Ms: quantile(/** @type {any} */ (sorted), 0.99),
        statuses,
      });
    });
  });
}
