/**
 * Heartbeats for a plugin that only reports: copy this file, call startHeartbeat, done. ES module, no dependencies, Node 20 or later.
 *
 *   import { startHeartbeat } from "./heartbeat.js";
 *   const heartbeat = startHeartbeat({ centerUrl, pluginId, secret, version: "1.2.3",
 *     readTelemetry: () => ({ webhook_fail_rate: 0.01, latency_p95_ms: 120, errors_last_24h: 3, queue_depth: 0, memory_mb: 61 }) });
 *   heartbeat.urgent(); // something changed: tell Center now
 *   await heartbeat.stop();
 */
import { createHmac, randomUUID } from "node:crypto";

const FLOOR_MS = 5_000;
const CEILING_MS = 600_000;
const RETRY_FIRST_MS = 1_000;
const TIMEOUT_MS = 10_000;
/** Center takes 60 beats a minute; urgent ones keep this distance. */
const URGENT_GAP_MS = 1_000;

/**
 * @typedef {object} HeartbeatOptions
 * @property {string} centerUrl  base address of Center, e.g. "https://center.example"
 * @property {string} pluginId   the id Center gave this installation
 * @property {string} secret     `whsec_<base64>`, shown once at registration
 * @property {string} version    the version of the running code
 * @property {() => Record<string, number> | Promise<Record<string, number>>} readTelemetry  measures since the last beat; values that
 *   are not finite numbers are left out; when it throws, the beat carries none
 * @property {number} [intervalSeconds]          pace until Center asks for another (120)
 * @property {(error: Error) => void} [onError]  hears of beats that did not arrive; the next one is sent all the same
 */

/**
 * Starts sending signed heartbeats: the first at once, then at the pace Center asks for.
 * @param {HeartbeatOptions} options
 * @returns {{ urgent(): void, stop(): Promise<void> }} urgent: a beat now, or as soon as the last one is a second old;
 *   stop: for good, breaking off a beat under way
 */
export function startHeartbeat(options) {
  const heartbeat = new Heartbeat(options);
  return { urgent: () => heartbeat.urgent(), stop: () => heartbeat.stop() };
}

class Heartbeat {
  #options;
  #bootId = randomUUID();
  #closing = new AbortController();
  #paceMs;
  #failures = 0;
  #seq = 0;
  /** @type {string | undefined} the audit log's checkpoint Center showed last: echoed, so that Center cannot rewrite its log unseen */
  #checkpoint;
  #sentAt = Number.NEGATIVE_INFINITY;
  #isWanted = false;
  /** @type {Promise<void> | null} */
  #sending = null;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {HeartbeatOptions} options */
  constructor(options) {
    this.#options = options;
    this.#paceMs = (options.intervalSeconds ?? 120) * 1_000;
    this.#plan(0);
  }

  urgent() {
    if (this.#sending) this.#isWanted = true;
    else this.#plan(this.#urgentWait());
  }

  async stop() {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#sending;
  }

  /** @param {number} waitMs */
  #plan(waitMs) {
    clearTimeout(this.#timer);
    if (this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#sending = this.#beat();
    }, waitMs);
    this.#timer.unref(); // a heartbeat keeps no dying process alive
  }

  #urgentWait() {
    return Math.max(0, this.#sentAt + URGENT_GAP_MS - performance.now());
  }

  async #beat() {
    this.#isWanted = false;
    const waitMs = await this.#sendOnce();
    this.#sending = null;
    this.#plan(this.#isWanted && this.#failures === 0 ? this.#urgentWait() : waitMs);
  }

  /** Sends one beat and says how long to wait for the next, ms. */
  async #sendOnce() {
    try {
      await this.#send();
      this.#failures = 0;
      return this.#paceMs;
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#complain(error);
      this.#failures += 1;
      const backoff = Math.min(this.#paceMs, RETRY_FIRST_MS * 2 ** Math.min(this.#failures - 1, 12));
      return error instanceof Refusal && error.retryAfterMs > 0 ? error.retryAfterMs : backoff;
    }
  }

  async #send() {
    const { centerUrl, pluginId, secret } = this.#options;
    this.#sentAt = performance.now();
    const body = JSON.stringify({ type: "plugin.heartbeat", timestamp: new Date().toISOString(), data: await this.#describe() });
    const reply = await fetch(`${centerUrl.replace(/\/+$/, "")}/api/plugins/heartbeat`, {
      method: "POST",
      headers: { "content-type": "application/json", ...sign({ pluginId, secret, body }) },
      body,
      redirect: "error", // a signed request goes to Center or nowhere
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Refusal(reply);
    const answer = JSON.parse(text);
    if (typeof answer.checkpoint === "string") this.#checkpoint = answer.checkpoint;
    const wish = Number(answer.next_heartbeat_in_s) * 1_000;
    if (wish > 0) this.#paceMs = Math.min(CEILING_MS, Math.max(FLOOR_MS, wish));
  }

  async #describe() {
    const { pluginId, version } = this.#options;
    this.#seq += 1;
    return {
      plugin_id: pluginId,
      boot_id: this.#bootId,
      seq: this.#seq,
      running_version: version,
      disk_version: version,
      active: true,
      platform: { name: "node", version: process.versions.node, runtime: `node ${process.versions.node}` },
      telemetry: await this.#measure(),
      ...(this.#checkpoint === undefined ? {} : { last_checkpoint: this.#checkpoint }),
    };
  }

  async #measure() {
    try {
      const measured = Object.entries(await this.#options.readTelemetry());
      return Object.fromEntries(measured.filter(([, value]) => Number.isFinite(value)));
    } catch (error) {
      this.#complain(error);
      return {};
    }
  }

  /** @param {unknown} error */
  #complain(error) {
    this.#options.onError?.(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Center did not take a beat. */
class Refusal extends Error {
  /** @param {Response} reply */
  constructor(reply) {
    super(`Center answered ${reply.status} to a beat`);
    this.name = "Refusal";
    this.retryAfterMs = Math.min(CEILING_MS, Number(reply.headers.get("retry-after")) * 1_000 || 0);
  }
}

/**
 * Standard Webhooks: HMAC-SHA256 over id, timestamp and the exact body.
 * @param {{ pluginId: string, secret: string, body: string }} request
 */
function sign({ pluginId, secret, body }) {
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "plugin-id": pluginId, "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
