import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { ask } from "./ask.mjs";

const PLUGINS = 8;
/** Just under what one plugin may send a minute. */
const EVERY_MS = 1_200;
const ANSWER_WITHIN_MS = 8_000;
const TRIES = 4;
const AGAIN_MS = 400;

/** @param {{ id: string, secret: string }} plugin @param {string} bootId @param {number} seq */
function makeBeat({ id, secret }, bootId, seq) {
  const telemetry = {
    webhook_fail_rate: 0,
    latency_p95_ms: 120,
    queue_depth: 1,
    errors_last_24h: 0,
    webhooks_sent: seq * 20,
    webhooks_failed: 0,
  };
  const data = { plugin_id: id, boot_id: bootId, seq, running_version: "1.2.3", disk_version: "1.2.3", active: true, telemetry };
  const body = JSON.stringify({ type: "plugin.heartbeat", timestamp: new Date().toISOString(), data });
  const messageId = `msg_${randomUUID()}`;
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  return {
    messageId,
    body,
    sign() {
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const mac = createHmac("sha256", key).update(`${messageId}.${timestamp}.${body}`).digest("base64");
      return {
        "content-type": "application/json",
        "plugin-id": id,
        "webhook-id": messageId,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${mac}`,
      };
    },
  };
}

/**
 * Plugins that do nothing but beat, and write down every beat that was answered 200: those Center has promised to keep. A beat whose answer was
 * lost is sent again under its own id, as a plugin would, so that it may be stored once and never twice.
 *
 * @param {{ url: string, ops: import("./ops-client.mjs").OpsClient, tenantId: string }} center
 * @returns {Promise<{ promised: Set<string>, stop(): Promise<void> }>}
 */
export async function startWitnesses({ url, ops, tenantId }) {
  /** @type {Set<string>} */
  const promised = new Set();
  let isStopping = false;

  /** @param {ReturnType<typeof makeBeat>} beat */
  async function send({ messageId, body, sign }) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { status } = await ask(`${url}/api/plugins/heartbeat`, { method: "POST", headers: sign(), body }, ANSWER_WITHIN_MS);
      if (status === 200) promised.add(messageId);
      if (status >= 200 && status < 500) return;
      await wait(AGAIN_MS);
    }
  }

  /** @param {number} index */
  async function witness(index) {
    const body = { tenant_id: tenantId, plugin_key: "witness", version: "1.2.3" };
    const plugin = await ops.post("/api/ops/plugins", body);
    const bootId = randomUUID();
    return async () => {
      await wait((index * EVERY_MS) / PLUGINS);
      for (let seq = 1; !isStopping; seq += 1) await Promise.all([send(makeBeat(plugin, bootId, seq)), wait(EVERY_MS)]);
    };
  }

  const beats = [];
  for (let index = 0; index < PLUGINS; index += 1) beats.push(await witness(index));
  const ended = Promise.all(beats.map((beat) => beat()));
  return {
    promised,
    async stop() {
      isStopping = true;
      await ended;
    },
  };
}
