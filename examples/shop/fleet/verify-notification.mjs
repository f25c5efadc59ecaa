import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_SECONDS = 300;

/**
 * Whether a notification really comes from the holder of the secret (Standard Webhooks, symmetric signatures).
 * @param {string} secret "whsec_<base64>"
 * @param {Record<string, string | string[] | undefined>} headers webhook-id, webhook-timestamp, webhook-signature ("v1,<base64>", several separated by spaces)
 * @param {Buffer} body the raw bytes
 * @param {number} timeMs now, Unix milliseconds
 */
export function isGenuineNotification(secret, headers, body, timeMs) {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;
  if (typeof id !== "string" || typeof timestamp !== "string" || typeof signatures !== "string") return false;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(timeMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  return signatures.split(" ").some((signature) => {
    const [version, value] = signature.split(",");
    const given = Buffer.from(value ?? "", "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
