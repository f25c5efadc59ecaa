import { createHmac } from "node:crypto";

/**
 * The headers that prove a request comes from this module (Standard Webhooks: HMAC-SHA256 over id, timestamp and the exact body).
 * @param {{ moduleId: string, secret: string, body: string, id: string, now: number }} request
 *   secret is `whsec_<base64>`; `id` names the message: the same one again is the same message to Center; now in ms
 */
export function signRequest({ moduleId, secret, body, id, now }) {
  const timestamp = String(Math.floor(now / 1_000));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "module-id": moduleId, "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
