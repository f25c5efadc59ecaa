import { createHash } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { AGENT_LIMITS } from "../limits.mjs";

/** An artifact that could not be had. `isFinal`: another try would end the same. */
export class DownloadError extends Error {
  /** @param {string} message @param {boolean} isFinal */
  constructor(message, isFinal) {
    super(message);
    this.name = "DownloadError";
    this.isFinal = isFinal;
  }
}

/**
 * Downloads an artifact to a file, trying again after a failure of the network or a 5xx. What the file holds in the end has exactly the
 * signed length and digest, and at no moment does it hold a byte more than that length.
 *
 * @param {{ center: import("./center-client.mjs").CenterClient, artifact: import("../types.d.mts").Artifact, path: string,
 *   signal: AbortSignal, kill: (label: string) => void }} options
 * @throws DownloadError, or an AbortError when `signal` fires
 */
export async function downloadArtifact({ center, artifact, path, signal, kill }) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await downloadOnce({ center, artifact, path, signal, kill });
    } catch (error) {
      await rm(path, { force: true });
      signal.throwIfAborted();
      const isFinal = error instanceof DownloadError && error.isFinal;
      const message = error instanceof Error ? error.message : String(error);
      if (isFinal || tries >= AGENT_LIMITS.downloadTries) throw new DownloadError(message, true);
      await wait(AGENT_LIMITS.downloadRetryMs * tries, undefined, { signal });
    }
  }
}

/** @param {Parameters<typeof downloadArtifact>[0]} options */
async function downloadOnce({ center, artifact, path, signal, kill }) {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(AGENT_LIMITS.downloadTotalMs)]);
  const file = await open(path, "wx", 0o600);
  try {
    const answer = await center.open(artifact.url, deadline);
    answer.setTimeout(AGENT_LIMITS.downloadIdleMs, () => answer.destroy(new Error("the download stands still")));
    try {
      checkHead(answer, artifact.length);
      await store(answer, artifact, file, kill);
    } finally {
      answer.destroy();
    }
    await file.sync();
  } finally {
    await file.close();
  }
  kill("stage.downloaded");
}

/**
 * @param {import("node:http").IncomingMessage} answer
 * @param {import("../types.d.mts").Artifact} artifact
 * @param {import("node:fs/promises").FileHandle} file
 * @param {(label: string) => void} kill
 */
async function store(answer, artifact, file, kill) {
  const hash = createHash("sha256");
  let stored = 0;
  for await (const chunk of answer) {
    if (stored + chunk.length > artifact.length) throw new DownloadError("longer than signed", true);
    await file.writeFile(chunk);
    hash.update(chunk);
    stored += chunk.length;
    kill("stage.mid_download");
  }
  if (stored !== artifact.length) throw new DownloadError("shorter than signed", false);
  if (hash.digest("hex") !== artifact.sha256) throw new DownloadError("digest differs", true);
}

/**
 * @param {import("node:http").IncomingMessage} answer
 * @param {number} length
 */
function checkHead(answer, length) {
  const status = answer.statusCode ?? 0;
  if (status !== 200) throw new DownloadError(`status ${status}`, status < 500 && status !== 429 && status !== 408);
  if ((answer.headers["content-encoding"] ?? "identity") !== "identity") throw new DownloadError("re-encoded on the way", true);
  const announced = answer.headers["content-length"];
  if (announced !== undefined && Number(announced) !== length) throw new DownloadError("announced length differs", true);
}
