import { createHmac, hkdfSync } from "node:crypto";

/** The signing key changes with every period of the clock; receivers accept the current and the previous one. */
function signingKey(secret, timeMs, periodSeconds) {
  const period = Math.floor(timeMs / 1000 / periodSeconds);
  return Buffer.from(hkdfSync("sha256", secret, "", `demo-pay webhook ${period}`, 32));
}

/** One form for webhooks and receipts alike, however an amount was written ("19.99" or 19.99). */
function signedForm(event) {
  return JSON.stringify({ ...event, amount: String(Number(event.amount)) });
}

/**
 * Signs an event before it is sent.
 * @param {{ secret: string, periodSeconds: number }} shop
 * @param {{ amount: string }} event the webhook's content
 * @param {number} timeMs now, in Unix milliseconds
 * @returns {string} value of the `demo-pay-signature` header, "sha256=<hex>"
 */
export function signWebhook(shop, event, timeMs) {
  const key = signingKey(shop.secret, timeMs, shop.periodSeconds);
  return `sha256=${createHmac("sha256", key).update(signedForm(event)).digest("hex")}`;
}
