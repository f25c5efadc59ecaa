import { createHmac, randomUUID } from "node:crypto";

const BODY_BYTES = 642;

/** @typedef {{ id: string, tenantId: string, secret: string }} KnownPlugin */

/**
 * A plugin's beat of exactly 642 bytes, the size that all figures are compared at.
 *
 * @param {string} pluginId
 */
function bodyOf(pluginId) {
  const data = {
    plugin_id: pluginId,
    boot_id: pluginId,
    seq: 42,
    running_version: "1.2.3",
    disk_version: "1.2.3",
    active: true,
    platform: { name: "woocommerce", version: "9.4.3", runtime: "" },
    telemetry: {
      errors_last_24h: 2,
      webhook_fail_rate: 0.01,
      latency_p95_ms: 120.5,
      queue_depth: 4,
      memory_mb: 61,
      webhooks_sent: 1200,
      webhooks_failed: 12,
      errors_total: 3,
    },
    errors: [{ code: "ERR_WEBHOOK_TIMEOUT", fingerprint: "a1b2", count: 1 }],
    capabilities: ["update", "rollback", "config_update"],
  };
  const text = () => JSON.stringify({ type: "plugin.heartbeat", timestamp: new Date().toISOString(), data });
  data.platform.runtime = "x".repeat(BODY_BYTES - text().length);
  return text();
}

/**
 * Makes requests as healthy plugins send them, each plugin in its turn.
 *
 * @param {readonly KnownPlugin[]} plugins
 * @param {{ path: string, host?: string }} target
 */
export function beatWriter(plugins, { path }) {
  const senders = plugins.map(({ id, secret }) => {
    const body = bodyOf(id);
    return { id, body, quoted: JSON.stringify(body), key: Buffer.from(secret.slice("whsec_".length), "base64") };
  });
  const prefix = `msg_${randomUUID()}_`;
  let count = 0;

  function next() {
    const sender = /** @type {(typeof senders)[number]} */ (senders[count % senders.length]);
    count += 1;
    const messageId = `${prefix}${count}`;
    const timestamp = Math.floor(Date.now() / 1_000);
    const mac = createHmac("sha256", sender.key).update(`${messageId}.${timestamp}.${sender.body}`).digest("base64");
    return { ...sender, messageId, timestamp, signature: `v1,${mac}` };
  }

  return {
    /** One beat, one request. */
    single() {
      const { id, body, messageId, timestamp, signature } = next();
      return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${BODY_BYTES}\r\nplugin-id: ${id}\r\nwebhook-id: ${messageId}\r\nwebhook-timestamp: ${timestamp}\r\nwebhook-signature: ${signature}\r\n\r\n${body}`;
    },
    /** A relay's batch. @param {number} lines */
    batch(lines) {
      let body = "";
      for (let line = 0; line < lines; line += 1) {
        const { id, quoted, messageId, timestamp, signature } = next();
        body += `{"plugin_id":"${id}","webhook_id":"${messageId}","webhook_timestamp":"${timestamp}","webhook_signature":"${signature}","body":${quoted}}\n`;
      }
      return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-ndjson\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    },
  };
}
