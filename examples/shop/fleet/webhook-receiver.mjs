import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { readBytes, serve } from "./http-server.mjs";

const MAX_WEBHOOK_BYTES = 16 * 1024;

/** Signature over the raw bytes by the key of one period of the clock (demo-pay's published scheme). */
function expectedSignature(secret, period, body) {
  const key = Buffer.from(hkdfSync("sha256", secret, "", `demo-pay webhook ${period}`, 32));
  return `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
}

function isGenuine(shop, given, body, timeMs) {
  const period = Math.floor(timeMs / 1000 / shop.periodSeconds);
  return [period, period - 1].some((candidate) => {
    const expected = expectedSignature(shop.secret, candidate, body);
    return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
  });
}

/**
 * The merchants' side of payment webhooks: takes what is signed with a key of the current or previous period, answers 401 to all else.
 * @param {number} port 0 lets the system choose
 * @param {Map<string, { secret: string, periodSeconds: number }>} shops by slug
 * @param {() => number} [now] Unix milliseconds
 */
export async function startWebhookReceiver(port, shops, now = Date.now) {
  const counts = new Map();
  const server = await serve(port, async (request) => {
    const slug = /^\/shops\/([a-z0-9-]+)\/webhooks$/.exec(request.url)?.[1];
    const shop = shops.get(slug);
    if (!shop || request.method !== "POST") return { status: 404, body: { error: "no such shop" } };
    const body = await readBytes(request, MAX_WEBHOOK_BYTES);
    if (body === null) return { status: 413, body: { error: "too large" } };
    const count = counts.get(slug) ?? { accepted: 0, rejected: 0 };
    counts.set(slug, count);
    if (!isGenuine(shop, String(request.headers["demo-pay-signature"]), body, now())) {
      count.rejected += 1;
      return { status: 401, body: { error: "the signature does not match" } };
    }
    count.accepted += 1;
    return { status: 200, body: { received: true } };
  });
  return { ...server, counts: (slug) => counts.get(slug) ?? { accepted: 0, rejected: 0 } };
}
