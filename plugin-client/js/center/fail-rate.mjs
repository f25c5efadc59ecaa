import { AGENT_LIMITS } from "../limits.mjs";

/** @typedef {{ bootId: string, sent: number, failed: number }} Tally */

/**
 * Measures the share of failed webhooks since the last beat that Center took, from counters that are cumulative per boot.
 */
export function createFailRate() {
  /** @type {Tally} */
  let base = { bootId: "", sent: 0, failed: 0 };
  let isFailing = false;

  /** @param {Tally} now */
  const since = (now) => {
    const isSameRun = now.bootId === base.bootId && now.sent >= base.sent && now.failed >= base.failed;
    return isSameRun ? { sent: now.sent - base.sent, failed: now.failed - base.failed } : { sent: now.sent, failed: now.failed };
  };

  return {
    /** 0..1, or null when nothing was sent: no traffic is no evidence. @param {Tally} now */
    rate(now) {
      const { sent, failed } = since(now);
      return sent > 0 ? Math.min(1, failed / sent) : null;
    },
    /** A beat with these counters was stored by Center. @param {Tally} now */
    reported(now) {
      base = now;
    },
    /**
     * True when the rate crossed the local threshold, in either direction, on enough traffic to mean something.
     * @param {Tally} now
     */
    crosses(now) {
      const { sent, failed } = since(now);
      if (sent < AGENT_LIMITS.localFailMinimum) return false;
      const was = isFailing;
      isFailing = failed / sent >= AGENT_LIMITS.localFailRate;
      return was !== isFailing;
    },
  };
}

/**
 * The counters of a health answer as a tally.
 * @param {string} bootId
 * @param {import("../types.d.mts").Health | null} health
 * @returns {Tally}
 */
export function tallyOf(bootId, health) {
  return { bootId, sent: health?.counters.webhooks_sent ?? 0, failed: health?.counters.webhooks_failed ?? 0 };
}
