/**
 * Remembers recent crashes: when they make a loop, and how long to wait before the next start.
 * @param {{ crashes: number, within_s: number }} loop
 * @param {{ firstMs: number, mostMs: number }} wait
 */
export function createCrashWindow(loop, wait) {
  /** @type {number[]} */
  let times = [];
  const recent = (/** @type {number} */ now, /** @type {number} */ windowMs) => times.filter((at) => now - at < windowMs).length;
  return {
    /** @param {number} now */
    add(now) {
      times = [...times.filter((at) => now - at < 3_600_000), now].slice(-1_000);
    },
    /** A new version starts with a clean sheet. */
    clear() {
      times = [];
    },
    /** @param {number} now */
    isLoop(now) {
      return recent(now, loop.within_s * 1_000) >= loop.crashes;
    },
    /** @param {number} now */
    lastHour(now) {
      return recent(now, 3_600_000);
    },
    /** Doubles with each crash of the last ten minutes. @param {number} now */
    waitMs(now) {
      const crashes = recent(now, 600_000);
      return crashes === 0 ? 0 : Math.min(wait.mostMs, wait.firstMs * 2 ** Math.min(crashes - 1, 20));
    },
  };
}
