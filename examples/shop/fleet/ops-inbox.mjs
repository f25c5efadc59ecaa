import { readBytes, serve } from "./http-server.mjs";
import { isGenuineNotification } from "./verify-notification.mjs";

const KEPT = 200;
const MAX_NOTIFICATION_BYTES = 64 * 1024;

/**
 * Stands for the operators' own receiver: takes genuine notifications by POST, each id once, and lists the last 200 at
 * GET /notifications, newest first.
 * @param {{ port: number, secret: string }} inbox port 0 lets the system choose; secret "whsec_<base64>"
 * @param {() => number} [now] Unix milliseconds
 */
export async function startOpsInbox({ port, secret }, now = Date.now) {
  const kept = [];

  async function take(request) {
    const body = await readBytes(request, MAX_NOTIFICATION_BYTES);
    if (body === null) return { status: 413, body: { error: "too large" } };
    if (!isGenuineNotification(secret, request.headers, body, now())) return { status: 401, body: { error: "not signed by Center" } };
    const id = request.headers["webhook-id"];
    if (kept.some((one) => one.id === id)) return { status: 200, body: { duplicate: true } };
    kept.unshift({ id, received_at: new Date(now()).toISOString(), notification: JSON.parse(body.toString("utf8")) });
    kept.splice(KEPT);
    return { status: 200, body: { received: true } };
  }

  return serve(port, async (request) => {
    if (request.method === "POST") return take(request);
    if (request.method === "GET" && request.url === "/notifications") return { status: 200, body: { items: kept } };
    return { status: 404, body: { error: "no such page" } };
  });
}
