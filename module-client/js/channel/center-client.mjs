import { randomUUID } from "node:crypto";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { MODULE_LIMITS } from "../limits.mjs";
import { signRequest } from "./sign-request.mjs";

/**
 * @typedef {{ status: number, retryAfterMs: number | null, json: any }} Reply
 * @typedef {{ post(path: string, body: string, message?: { id?: string, contentType?: string }): Promise<Reply>, close(): void }} CenterClient
 */

/**
 * Speaks to Center over one kept connection, signing every request anew. Redirects are never followed: a signed request goes to Center or nowhere.
 * @param {{ centerUrl: string, moduleId: string, secret: string, now: () => number }} options
 * @returns {CenterClient}
 */
export function createCenterClient({ centerUrl, moduleId, secret, now }) {
  const base = centerUrl.replace(/\/+$/, "");
  const isSecure = base.startsWith("https:");
  const send = isSecure ? httpsRequest : httpRequest;
  const connections = new (isSecure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 2 });

  return {
    async post(path, body, { id = `msg_${randomUUID()}`, contentType = "application/json" } = {}) {
      const headers = {
        ...signRequest({ moduleId, secret, body, id, now: now() }),
        "accept-encoding": "identity",
        "content-type": contentType,
        "content-length": Buffer.byteLength(body),
        "user-agent": "reliability-module-js",
      };
      const signal = AbortSignal.timeout(MODULE_LIMITS.requestTimeoutMs);
      const answer = await new Promise((resolve, reject) => {
        const outgoing = send(`${base}${path}`, { method: "POST", headers, agent: connections, signal }, resolve);
        outgoing.on("error", reject);
        outgoing.end(body);
      });
      const text = await readText(answer);
      return { status: answer.statusCode ?? 0, retryAfterMs: readRetryAfter(answer.headers["retry-after"]), json: parse(text) };
    },
    close: () => connections.destroy(),
  };
}

/** @param {import("node:http").IncomingMessage} answer */
async function readText(answer) {
  const chunks = [];
  let length = 0;
  for await (const chunk of answer) {
    length += chunk.length;
    if (length > MODULE_LIMITS.replyBytes) throw new Error("Center's answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // an error page of something between us and Center; the status says enough
  }
}

/** Only the form in seconds; Center sends no dates. @param {string | undefined} value */
function readRetryAfter(value) {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : null;
}
