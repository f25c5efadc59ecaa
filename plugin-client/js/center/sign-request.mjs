import { createHmac, randomUUID } from "node:crypto";

/**
 * The signature of one message, by Standard Webhooks.
 * @param {string} secret `whsec_<base64>` @param {string} id @param {string} timestamp @param {string} body
 */
export function messageSignature(secret, id, timestamp, body) {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

/**
 * The headers that prove a request comes from this plugin (Standard Webhooks, HMAC-SHA256 over id, timestamp and the exact body).
 * @param {{ pluginId: string, secret: string, body: string, now: number }} request
 *   secret is `whsec_<base64>`; now in ms; the body of a GET is ""
 */
export function signRequest({ pluginId, secret, body, now }) {
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(now / 1_000));
  return {
    "plugin-id": pluginId,
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": messageSignature(secret, id, timestamp, body),
  };
}
