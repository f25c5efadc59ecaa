import { randomUUID } from "node:crypto";
import type { PluginHeaders } from "@/lib/access/authenticate-plugin";
import { sign } from "@/lib/access/credentials/standard-webhooks";
import type { MadePlugin } from "@/test/factories";

/** A beat's body as a healthy plugin writes it, with whatever a test wants different in `data`. */
export function beatBody(plugin: Pick<MadePlugin, "id">, data: Record<string, unknown> = {}, at = new Date()): Record<string, unknown> {
  return {
    type: "plugin.heartbeat",
    timestamp: at.toISOString(),
    data: {
      plugin_id: plugin.id,
      boot_id: "00000000-0000-4000-8000-000000000001",
      seq: 1,
      running_version: "1.2.2",
      disk_version: "1.2.2",
      active: true,
      telemetry: { webhook_fail_rate: 0, latency_p95_ms: 120, errors_last_24h: 0, queue_depth: 1, memory_mb: 60 },
      ...data,
    },
  };
}

/** A message on the wire: bytes and what was signed. */
export interface SignedMessage {
  readonly headers: PluginHeaders;
  readonly body: Buffer;
}

/** Signs bytes as a plugin; `id` and `at` as its clock and random source have them. */
export function signed(plugin: MadePlugin, body: unknown, { id = `msg_${randomUUID()}`, at = new Date() } = {}): SignedMessage {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const timestamp = Math.floor(at.getTime() / 1_000);
  const headers = {
    pluginId: plugin.id,
    webhookId: id,
    webhookTimestamp: String(timestamp),
    webhookSignature: sign(plugin.secret, id, timestamp, bytes),
  };
  return { headers, body: bytes };
}

/** The request that carries a message, with further headers on top. */
export function requestOf({ headers, body }: SignedMessage, more: Record<string, string> = {}): Request {
  return new Request("http://center.test/api/plugins/heartbeat", {
    method: "POST",
    body: new Uint8Array(body),
    headers: {
      "content-type": "application/json",
      "plugin-id": headers.pluginId ?? "",
      "webhook-id": headers.webhookId ?? "",
      "webhook-timestamp": headers.webhookTimestamp ?? "",
      "webhook-signature": headers.webhookSignature ?? "",
      ...more,
    },
  });
}

/** The line of a relay's batch that carries a message. */
export function lineOf({ headers, body }: SignedMessage): string {
  return JSON.stringify({
    plugin_id: headers.pluginId,
    webhook_id: headers.webhookId,
    webhook_timestamp: headers.webhookTimestamp,
    webhook_signature: headers.webhookSignature,
    body: body.toString("utf8"),
  });
}
