import { AGENT_LIMITS } from "../limits.mjs";

/**
 * @typedef {{ send: () => Promise<{ nextMs: number | null, notBeforeMs: number | null }>, intervalMs: number, now: () => number,
 *   random: () => number, onError: (error: unknown) => void }} Parts
 *   `send` resolves with Center's wishes (nextMs null: keep the pace; notBeforeMs: it asked to wait) or rejects when the beat was not
 *   stored; `now` is monotonic, ms; `random` is 0..1
 */

/**
 * Decides when beats go out: at the pace Center asked for, at once when something changed, slower and slower while Center is away.
 * One beat at a time; an urgent wish during a beat makes one more right after it.
 */
export class BeatSchedule {
  #parts;
  #paceMs;
  #failures = 0;
  #tokens = Number(AGENT_LIMITS.urgentBurst);
  #refilledAt;
  #dueAt = Number.POSITIVE_INFINITY;
  #isSending = false;
  #isWanted = false;
  #isClosed = false;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#paceMs = parts.intervalMs;
    this.#refilledAt = parts.now();
  }

  start() {
    this.#plan(0);
  }

  /** Wishes for a beat now. The allowance is short of what Center takes a minute, so a flapping plugin cannot silence itself. */
  urgent() {
    if (this.#isSending) {
      this.#isWanted = true;
      return;
    }
    const wait = this.#takeToken();
    // Never later than planned, however often something wishes for a beat.
    if (this.#parts.now() + wait < this.#dueAt) this.#plan(wait);
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** @param {number} ms */
  #plan(ms) {
    clearTimeout(this.#timer);
    this.#dueAt = this.#parts.now() + ms;
    if (!this.#isClosed) this.#timer = setTimeout(() => this.#beat(), ms);
  }

  async #beat() {
    this.#isSending = true;
    this.#isWanted = false;
    const delay = await this.#sendOnce();
    this.#isSending = false;
    this.#plan(delay);
    if (this.#isWanted && this.#failures === 0) this.urgent();
  }

  /** Sends a beat and says how long to wait for the next, ms. */
  async #sendOnce() {
    const { send, onError, random } = this.#parts;
    try {
      const { nextMs, notBeforeMs } = await send();
      if (nextMs !== null) this.#paceMs = clamp(nextMs);
      this.#failures = notBeforeMs === null ? 0 : this.#failures + 1;
      return notBeforeMs === null ? this.#paceMs : Math.min(notBeforeMs, AGENT_LIMITS.beatCeilingSeconds * 1_000);
    } catch (error) {
      onError(error);
      this.#failures += 1;
      const backoff = Math.min(this.#paceMs, AGENT_LIMITS.beatRetryFirstMs * 2 ** Math.min(this.#failures - 1, 12));
      return backoff * (0.5 + random() / 2); // spread, or a whole fleet comes back in the same instant as Center
    }
  }

  /** Takes one of the urgent allowance; without any left, says how long until the next, ms. */
  #takeToken() {
    const earned = Math.floor((this.#parts.now() - this.#refilledAt) / AGENT_LIMITS.urgentRefillMs);
    this.#tokens = Math.min(AGENT_LIMITS.urgentBurst, this.#tokens + earned);
    this.#refilledAt += earned * AGENT_LIMITS.urgentRefillMs;
    if (this.#tokens === 0) return AGENT_LIMITS.urgentRefillMs;
    this.#tokens -= 1;
    return 0;
  }
}

/** @param {number} ms */
function clamp(ms) {
  return Math.min(AGENT_LIMITS.beatCeilingSeconds * 1_000, Math.max(AGENT_LIMITS.beatFloorSeconds * 1_000, ms));
}
