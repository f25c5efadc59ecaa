import { createHash } from "node:crypto";

const HOUR_MS = 3_600_000;
const RECENT_MS = 60_000;
const REMEMBERED_LATENCIES = 200;
const REMEMBERED_ERRORS = 2_000;

/** What this process measured of itself: counters since it started, errors of the last minute, latencies of the last tries. */
export class Statistics {
  #counters = { webhooks_sent: 0, webhooks_failed: 0, errors_total: 0 };
  #latencies = [];
  #errorsByHour = new Map();
  #recentErrors = [];

  /** One try of one webhook took this long. */
  noteLatency(ms) {
    this.#latencies.push(ms);
    if (this.#latencies.length > REMEMBERED_LATENCIES) this.#latencies.shift();
  }

  noteDelivered() {
    this.#counters.webhooks_sent += 1;
  }

  /** A webhook was given up for this reason (ERR_...). */
  noteGivenUp(code, timeMs) {
    const hour = Math.floor(timeMs / HOUR_MS);
    this.#counters.webhooks_sent += 1;
    this.#counters.webhooks_failed += 1;
    this.#counters.errors_total += 1;
    this.#errorsByHour.set(hour, (this.#errorsByHour.get(hour) ?? 0) + 1);
    this.#recentErrors.push({ code, timeMs });
    if (this.#recentErrors.length > REMEMBERED_ERRORS) this.#recentErrors.shift();
  }

  report(timeMs) {
    const hour = Math.floor(timeMs / HOUR_MS);
    for (const old of this.#errorsByHour.keys()) if (old <= hour - 24) this.#errorsByHour.delete(old);
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    const telemetry = {
      latency_p95_ms: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0,
      errors_last_24h: [...this.#errorsByHour.values()].reduce((sum, count) => sum + count, 0),
    };
    return { telemetry, counters: { ...this.#counters }, errors: this.#countRecentErrors(timeMs) };
  }

  #countRecentErrors(timeMs) {
    this.#recentErrors = this.#recentErrors.filter((error) => error.timeMs > timeMs - RECENT_MS);
    const counts = new Map();
    for (const { code } of this.#recentErrors) counts.set(code, (counts.get(code) ?? 0) + 1);
    return [...counts].map(([code, count]) => {
      return { code, fingerprint: createHash("sha256").update(code).digest("hex").slice(0, 8), count };
    });
  }
}
