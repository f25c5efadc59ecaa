import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { AGENT_LIMITS } from "../limits.mjs";

/**
 * Asks the plugin on its loopback port who it is and how it fares.
 * @param {number} port
 * @returns {Promise<import("../types.d.mts").Health | null>} null when it does not answer soundly: unknown, not healthy
 */
export async function probeHealth(port) {
  const nonce = randomUUID();
  try {
    const text = await get(port, `/__health?nonce=${nonce}`);
    return parseHealth(JSON.parse(text), nonce);
  } catch {
    return null; // refused, silent, too long, no JSON: all the same to the caller
  }
}

/**
 * Cuts a plugin's answer down to what may travel in a beat. The plugin's code is not trusted: names, sizes and numbers are checked.
 * @param {any} body
 * @param {string} nonce proves that this answer was made for this question, not taken from a cache
 * @returns {import("../types.d.mts").Health | null}
 */
export function parseHealth(body, nonce) {
  if (typeof body !== "object" || body === null || String(body.nonce) !== nonce) return null;
  if (typeof body.version !== "string" || body.version.length > AGENT_LIMITS.telemetryNameBytes) return null;
  return {
    version: body.version,
    active: body.active === true,
    telemetry: finiteNumbers(body.telemetry),
    counters: finiteNumbers(body.counters),
    errors: parseErrors(body.errors),
  };
}

/** @param {unknown} map @returns {Record<string, number>} */
function finiteNumbers(map) {
  if (typeof map !== "object" || map === null) return {};
  const known = Object.entries(map).filter(
    ([name, value]) => /^[a-z][a-z0-9_]*$/.test(name) && name.length <= AGENT_LIMITS.telemetryNameBytes && Number.isFinite(value),
  );
  return Object.fromEntries(known.slice(0, AGENT_LIMITS.telemetryKeys));
}

/** @param {unknown} list */
function parseErrors(list) {
  if (!Array.isArray(list)) return [];
  return list
    .filter(
      (one) => typeof one?.code === "string" && typeof one?.fingerprint === "string" && Number.isInteger(one?.count) && one.count >= 0,
    )
    .slice(0, AGENT_LIMITS.errorsPerBeat)
    .map(({ code, fingerprint, count }) => ({
      code: code.slice(0, AGENT_LIMITS.telemetryNameBytes),
      fingerprint: fingerprint.slice(0, AGENT_LIMITS.telemetryNameBytes),
      count,
    }));
}

/**
 * @param {number} port
 * @param {string} path
 * @returns {Promise<string>}
 */
function get(port, path) {
  return new Promise((resolve, reject) => {
    // A connection of its own each time: a kept one might still lead to the process that was just replaced.
    const signal = AbortSignal.timeout(AGENT_LIMITS.healthTimeoutMs);
    const question = request({ host: "127.0.0.1", port, path, agent: false, signal }, (answer) => {
      /** @type {Buffer[]} */
      const chunks = [];
      let length = 0;
      answer.on("error", reject);
      answer.on("data", (chunk) => {
        length += chunk.length;
        if (length > AGENT_LIMITS.healthBytes) answer.destroy(new Error("the health answer is too long"));
        else chunks.push(chunk);
      });
      answer.on("end", () => (answer.statusCode === 200 ? resolve(Buffer.concat(chunks).toString("utf8")) : reject(new Error("not 200"))));
    });
    question.on("error", reject);
    question.end();
  });
}
