import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { MODULE_LIMITS } from "../limits.mjs";
import { CannotDo } from "../obey/execute-command.mjs";
import { RowChunks } from "./row-chunks.mjs";

/**
 * @typedef {{ center: import("../channel/center-client.mjs").CenterClient, moduleId: string, now: () => number }} Parts
 * @typedef {import("../types.d.mts").SnapshotTask & { end(result: unknown): Promise<unknown> }} RunningTask
 */

/**
 * What a handler of `snapshot` is given beside its task. Taking, what it writes goes to Center in chunks, each signed, and again until it is
 * taken: a chunk that Center has already costs nothing. Restoring, it reads what the order names, and writes what is there afterwards, which
 * is only added up: that sum is what Center compares.
 *
 * @param {import("../types.d.mts").ModuleCommand} command @param {AbortSignal} signal @param {Parts} parts
 * @returns {RunningTask | null} null for an order that names no snapshot: what its handler answers is then all there is
 */
export function openSnapshotTask({ type, params }, signal, parts) {
  const { snapshot_id: id } = params;
  if ((type !== "snapshot_take" && type !== "snapshot_restore") || typeof id !== "string") return null;
  const isTaking = type === "snapshot_take";
  const chunks = new RowChunks(isTaking ? (chunk) => bring(id, chunk, signal, parts) : () => undefined);
  return {
    isDrill: params.drill === true,
    undo: typeof params.undo_digest === "string" && !isTaking ? compareWith(params.undo_digest) : null,
    write: (part, rows) => chunks.write(part, rows),
    rows: () => readRows(id, params, signal, parts),
    async end(result) {
      const { object_refs: objects, kept, ...detail } = /** @type {any} */ (typeof result === "object" && result !== null ? result : {});
      const told = isTaking ? { object_refs: Number(objects ?? 0) } : { kept: Number(kept ?? 0) };
      return { snapshot_id: id, ...(await chunks.end()), ...told, detail };
    },
  };
}

/**
 * What is there now against what takes this restore back: rows that came between the two would be lost for good.
 * @param {string} digest of the snapshot that takes it back @returns {NonNullable<import("../types.d.mts").SnapshotTask["undo"]>}
 */
function compareWith(digest) {
  const chunks = new RowChunks(() => undefined);
  return {
    write: (part, rows) => chunks.write(part, rows),
    async requireSame() {
      if ((await chunks.end()).digest !== digest) throw new CannotDo("moved_since_saved");
    },
  };
}

/** @param {string} id @param {{ position: number, content: string, rows: number }} chunk @param {AbortSignal} signal @param {Parts} parts */
async function bring(id, { position, content, rows }, signal, parts) {
  if (position >= MODULE_LIMITS.snapshotChunks) throw new RangeError(`more than ${MODULE_LIMITS.snapshotChunks} chunks`);
  const digest = createHash("sha256").update(content).digest("hex");
  const data = { module_id: parts.moduleId, snapshot_id: id, position, rows, digest };
  const head = () => JSON.stringify({ type: "module.snapshot.chunk", timestamp: new Date(parts.now()).toISOString(), data });
  await insist(
    () =>
      parts.center.post(`/api/modules/snapshots/${id}/chunks/${digest}`, `${head()}\n${content}`, { contentType: "application/x-ndjson" }),
    signal,
  );
}

/**
 * Everything that the order names, read and compared with its digest before the first row is given away.
 * @param {string} id @param {Record<string, unknown>} params @param {AbortSignal} signal @param {Parts} parts
 */
async function* readRows(id, { chunks, content_digest: expected }, signal, parts) {
  const whole = createHash("sha256");
  /** @type {string[]} */
  const contents = [];
  for (let position = 0; position < Number(chunks); position += 1) {
    const data = { module_id: parts.moduleId, snapshot_id: id, position };
    const body = () => JSON.stringify({ type: "module.snapshot.read", timestamp: new Date(parts.now()).toISOString(), data });
    const { json } = await insist(() => parts.center.post(`/api/modules/snapshots/${id}/read`, body()), signal);
    if (typeof json?.content !== "string") throw new Error(`chunk ${position} of the snapshot is no text`);
    contents.push(json.content);
    whole.update(json.content);
  }
  if (whole.digest("hex") !== expected) throw new Error("what Center sent is not what it ordered to restore");
  for (const content of contents) {
    for (const line of content.split("\n")) {
      if (line === "") continue;
      const [part, row] = JSON.parse(line);
      yield { part: /** @type {string} */ (part), row: /** @type {unknown} */ (row) };
    }
  }
}

/**
 * Says something to Center until it is taken, a bounded number of times; what it refuses is not said again.
 * @param {() => Promise<import("../channel/center-client.mjs").Reply>} say @param {AbortSignal} signal
 */
async function insist(say, signal) {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    const reply = await say().catch((error) => {
      if (tries >= MODULE_LIMITS.snapshotTries) throw error;
      return null;
    });
    if (reply && reply.status >= 200 && reply.status < 300) return reply;
    const isPassing = reply === null || reply.status === 429 || reply.status >= 500;
    if (!isPassing || tries >= MODULE_LIMITS.snapshotTries)
      throw new Error(`Center answered ${reply?.status} (${reply?.json?.code ?? "?"})`);
    const pauseMs = reply?.retryAfterMs ?? MODULE_LIMITS.retryFirstMs * 2 ** Math.min(tries - 1, 3);
    await wait(Math.min(pauseMs, MODULE_LIMITS.retryMaxMs), undefined, { signal });
  }
}
