import { createHmac, hkdfSync } from "node:crypto";

/** Derived keys by secret: deriving one for every webhook was the most expensive part of sending it. */
const derivedKeys = new Map();

/** The signing key changes with every period of the clock; receivers accept the current and the previous one. */
function deriveKey(secret, timeMs, periodSeconds) {
  const period = Math.floor(timeMs / 1000 / periodSeconds);
  return Buffer.from(hkdfSync("sha256", secret, "", `demo-pay webhook ${period}`, 32));
}

function signingKey(secret, timeMs, periodSeconds) {
  const known = derivedKeys.get(secret);
  if (known) return known;
  const key = deriveKey(secret, timeMs, periodSeconds);
  derivedKeys.set(secret, key);
  return key;
}

/**
 * Signs exactly the bytes that travel.
 * @param {{ secret: string, periodSeconds: number }} shop
 * @param {string} body the webhook's body as it is sent
 * @param {number} timeMs now, in Unix milliseconds
 * @returns {string} value of the `demo-pay-signature` header, "sha256=<hex>"
 */
export function signWebhook(shop, body, timeMs) {
  const key = signingKey(shop.secret, timeMs, shop.periodSeconds);
  return `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
}
