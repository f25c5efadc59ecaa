import { createHmac, randomUUID } from "node:crypto";

/**
 * The headers that prove a request comes from this plugin (Standard Webhooks, HMAC-SHA256 over id, timestamp and the exact body).
 * @param {{ pluginId: string, secret: string, body: string, now: number }} request
 *   secret is `whsec_<base64>`; now in ms; the body of a GET is ""
 */
export function signRequest({ pluginId, secret, body, now }) {
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(now / 1_000));
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "plugin-id": pluginId,
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
}
