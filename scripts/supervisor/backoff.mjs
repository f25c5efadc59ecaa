const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;
/** Longer than any start takes: whoever gets that far serves, and a fault that comes later is not one of the start. */
const HEALTHY_AFTER_MS = 5_000;

/**
 * How long a dead child waits before it is started again: doubling, so that a broken one never makes a storm, and from the beginning
 * again once it has shown that it can live.
 *
 * @param {number} previousDelayMs 0 before the first restart
 * @param {number} aliveMs         how long the last life lasted
 * @returns {number} 200 .. 10,000 ms
 */
export function nextBackoffMs(previousDelayMs, aliveMs) {
  if (previousDelayMs === 0 || aliveMs >= HEALTHY_AFTER_MS) return FIRST_DELAY_MS;
  return Math.min(previousDelayMs * 2, LONGEST_DELAY_MS);
}
