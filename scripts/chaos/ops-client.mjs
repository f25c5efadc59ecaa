import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { ask } from "./ask.mjs";

const ANSWER_WITHIN_MS = 10_000;
const PAUSE_MS = 300;
const GIVE_UP_MS = 120_000;

/** Center said no; a fault of the connection or a 5xx is none, and is tried again. */
export class OpsRefusal extends Error {
  /** @param {number} status @param {string} text */
  constructor(status, text) {
    super(`${status} ${text.slice(0, 300)}`);
    this.status = status;
  }
}

/**
 * Speaks to the ops API of a Center that may be killed at any moment: every call is repeated until it is answered, a write under the same
 * idempotency key, so that it has one effect however often it had to be said.
 *
 * @param {{ url: string, token: () => string }} center
 */
export function opsClient({ url, token }) {
  /** @param {string} method @param {string} path @param {unknown} body @param {string} key */
  function once(method, path, body, key) {
    const isBytes = body instanceof Uint8Array;
    const request = {
      method,
      headers: {
        authorization: `Bearer ${token()}`,
        ...(method === "GET" ? {} : { "idempotency-key": key }),
        ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : isBytes ? body : JSON.stringify(body),
    };
    return ask(`${url}${path}`, request, ANSWER_WITHIN_MS);
  }

  /**
   * @param {string} method @param {string} path @param {unknown} [body]
   * @returns {Promise<any>} the answer's JSON
   * @throws {OpsRefusal} for a 4xx
   */
  async function call(method, path, body) {
    const key = randomUUID();
    for (const deadline = performance.now() + GIVE_UP_MS; ; await wait(PAUSE_MS)) {
      const answer = await once(method, path, body, key);
      if (answer.status >= 200 && answer.status < 300) return JSON.parse(answer.text);
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
        throw new OpsRefusal(answer.status, `${path}: ${answer.text}`);
      if (performance.now() > deadline)
        throw new Error(`${method} ${path} was not answered in ${GIVE_UP_MS / 1_000} s, last: ${answer.text}`);
    }
  }

  return {
    get: (/** @type {string} */ path) => call("GET", path),
    post: (/** @type {string} */ path, /** @type {unknown} */ body) => call("POST", path, body),
    put: (/** @type {string} */ path, /** @type {unknown} */ body) => call("PUT", path, body),
  };
}

/** @typedef {ReturnType<typeof opsClient>} OpsClient */
