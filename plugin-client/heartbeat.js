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
 * Starts sending signed heartbeats: the first at once, then at the pace Center asks for.
 *
 * @param {object} options
 * @param {string} options.centerUrl  base address of Center, e.g. "https://center.example"
 * @param {string} options.pluginId   the id Center gave this installation
 * @param {string} options.secret     `whsec_<base64>`, shown once at registration
 * @param {string} options.version    the version of the running code
 * @param {() => Record<string, number> | Promise<Record<string, number>>} options.readTelemetry
 *   measures since the last beat; values that are not finite numbers are left out; when it throws, the beat says so by being empty
 * @param {number} [options.intervalSeconds]          pace until Center asks for another (120)
 * @param {(error: Error) => void} [options.onError]  hears of beats that did not arrive; the next one is sent all the same
 * @returns {{ urgent(): void, stop(): Promise<void> }}
 */
export function startHeartbeat({ centerUrl, pluginId, secret, version, readTelemetry, intervalSeconds = 120, onError = () => undefined }) {
  const address = `${centerUrl.replace(/\/+$/, "")}/api/plugins/heartbeat`;
  const bootId = randomUUID();
  const closing = new AbortController();
  let paceMs = intervalSeconds * 1_000;
  let failures = 0;
  let seq = 0;
  let isWanted = false;
  let sentAt = Number.NEGATIVE_INFINITY;
  /** @type {Promise<void> | null} */
  let sending = null;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;

  async function telemetry() {
    try {
      return Object.fromEntries(Object.entries(await readTelemetry()).filter(([, value]) => Number.isFinite(value)));
    } catch (error) {
      onError(toError(error));
      return {};
    }
  }

  async function send() {
    sentAt = performance.now();
    seq += 1;
    const data = {
      plugin_id: pluginId,
      boot_id: bootId,
      seq,
      running_version: version,
      disk_version: version,
      active: true,
      platform: { name: "node", version: process.versions.node, runtime: `node ${process.versions.node}` },
      telemetry: await telemetry(),
    };
    const body = JSON.stringify({ type: "plugin.heartbeat", timestamp: new Date().toISOString(), data });
    const reply = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", ...sign({ pluginId, secret, body }) },
      body,
      redirect: "error", // a signed request goes to Center or nowhere
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const answer = await reply.json().catch(() => null);
    if (!reply.ok)
      throw Object.assign(new Error(`Center answered ${reply.status}`), { retryAfterMs: Number(reply.headers.get("retry-after")) * 1_000 });
    const wish = Number(answer?.next_heartbeat_in_s) * 1_000;
    if (wish > 0) paceMs = Math.min(CEILING_MS, Math.max(FLOOR_MS, wish));
  }

  async function beat() {
    let waitMs;
    try {
      await send();
      failures = 0;
      waitMs = isWanted ? urgentWait() : paceMs;
    } catch (error) {
      if (closing.signal.aborted) return;
      onError(toError(error));
      waitMs = retryAfter(error) || Math.min(paceMs, RETRY_FIRST_MS * 2 ** Math.min(failures, 12));
      failures += 1;
    }
    isWanted = false;
    sending = null;
    plan(waitMs);
  }

  const urgentWait = () => Math.max(0, sentAt + URGENT_GAP_MS - performance.now());

  /** @param {number} waitMs */
  function plan(waitMs) {
    clearTimeout(timer);
    if (closing.signal.aborted) return;
    timer = setTimeout(() => {
      sending = beat();
    }, waitMs);
    timer.unref(); // a heartbeat keeps no dying process alive
  }

  plan(0);
  return {
    /** Sends a beat now, or as soon as the last one is a second old. */
    urgent() {
      if (sending) isWanted = true;
      else plan(urgentWait());
    },
    /** Stops for good; a beat under way is broken off. */
    async stop() {
      closing.abort();
      clearTimeout(timer);
      await sending;
    },
  };
}

/** Standard Webhooks: HMAC-SHA256 over id, timestamp and the exact body. @param {{ pluginId: string, secret: string, body: string }} request */
function sign({ pluginId, secret, body }) {
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "plugin-id": pluginId, "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

/** @param {unknown} error */
const toError = (error) => (error instanceof Error ? error : new Error(String(error)));

/** What Center asked to wait, ms; 0 when it did not. @param {unknown} error */
const retryAfter = (error) => Math.min(CEILING_MS, Number(/** @type {{ retryAfterMs?: number }} */ (error)?.retryAfterMs) || 0);
