import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { AGENT_LIMITS } from "../limits.mjs";
import { signRequest } from "./sign-request.mjs";

/**
 * @typedef {{ status: number, retryAfterMs: number | null, json: any }} Reply
 * @typedef {{ post(path: string, body: string): Promise<Reply>,
 *   open(path: string, signal: AbortSignal): Promise<import("node:http").IncomingMessage> }} CenterClient
 */

/**
 * Speaks to Center, signing every request anew. Redirects are never followed: a signed request goes to Center or nowhere.
 * @param {{ centerUrl: string, pluginId: string, secret: string, now: () => number }} options
 * @returns {CenterClient}
 */
export function createCenterClient({ centerUrl, pluginId, secret, now }) {
  const base = centerUrl.replace(/\/+$/, "");
  const send = centerUrl.startsWith("https:") ? httpsRequest : httpRequest;

  /**
   * @param {"GET" | "POST"} method
   * @param {string} path
   * @param {string} body
   * @param {AbortSignal} signal
   * @returns {Promise<import("node:http").IncomingMessage>}
   */
  function start(method, path, body, signal) {
    return new Promise((resolve, reject) => {
      const headers = {
        ...signRequest({ pluginId, secret, body, now: now() }),
        "accept-encoding": "identity",
        "user-agent": "reliability-agent-js",
        ...(method === "POST" ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) } : {}),
      };
      // A connection per request: beats are minutes apart, and a kept connection would only be found dead.
      const outgoing = send(`${base}${path}`, { method, headers, agent: false, signal }, resolve);
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  return {
    async post(path, body) {
      const answer = await start("POST", path, body, AbortSignal.timeout(AGENT_LIMITS.requestTimeoutMs));
      const text = await readText(answer);
      return { status: answer.statusCode ?? 0, retryAfterMs: readRetryAfter(answer.headers["retry-after"]), json: parse(text) };
    },
    open: (path, signal) => start("GET", path, "", signal),
  };
}

/** @param {import("node:http").IncomingMessage} answer */
async function readText(answer) {
  /** @type {Buffer[]} */
  const chunks = [];
  let length = 0;
  for await (const chunk of answer) {
    length += chunk.length;
    if (length > AGENT_LIMITS.replyBytes) throw new Error("Center's answer is too long");
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
