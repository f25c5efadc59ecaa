import { setTimeout as wait } from "node:timers/promises";
import { AGENT_LIMITS } from "../limits.mjs";
import { TufError } from "./tuf-error.mjs";

/**
 * Fetches a metadata file into memory, and never a byte more of it than its limit.
 * @param {import("../center/center-client.mjs").CenterClient} center
 * @param {string} name
 * @param {{ role: string, limit: number, signal: AbortSignal }} options
 * @returns {Promise<string | null>} null when there is no such file
 * @throws TufError tuf_unavailable, tuf_too_long; or an AbortError of the caller's signal
 */
export async function fetchFile(center, name, { role, limit, signal }) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await fetchOnce(center, name, { role, limit, signal });
    } catch (error) {
      if (error instanceof TufError) throw error;
      if (signal.aborted || tries >= AGENT_LIMITS.downloadTries) throw new TufError(`tuf_unavailable:${role}`);
      await wait(AGENT_LIMITS.downloadRetryMs * tries, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** @type {typeof fetchFile} */
async function fetchOnce(center, name, { role, limit, signal }) {
  const answer = await center.open(`/api/tuf/${name}`, signal);
  answer.setTimeout(AGENT_LIMITS.downloadIdleMs, () => answer.destroy(new Error("the transfer stands still")));
  try {
    const status = answer.statusCode ?? 0;
    if (status === 404) return null;
    if (status >= 500 || status === 429) throw new Error(`status ${status}`);
    if (status !== 200) throw new TufError(`tuf_unavailable:${role}`);
    /** @type {Buffer[]} */
    const chunks = [];
    let length = 0;
    for await (const chunk of answer) {
      length += chunk.length;
      if (length > limit) throw new TufError(`tuf_too_long:${role}`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    answer.destroy();
  }
}
