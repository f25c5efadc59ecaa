import { digestOf } from "../../../module-client/js/canonical-json.mjs";
import { beginRun, endRun, nextRows, noteRow, rowsLeft, startBack, tally } from "./repair-journal.mjs";

/** How many rows one transaction changes: what a crash can leave open, and what other work may have to wait for. */
const CHUNK_ROWS = 50;
const ROWS_SHOWN = 100;
const SHOWN_BYTES = 96 * 1024;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * @typedef {import("../../../module-client/js/types.d.mts").Task} Task
 * @typedef {import("../../../module-client/js/types.d.mts").RepairJob} RepairJob
 * @typedef {Record<string, unknown>} Cells
 * @typedef {{ table: string, key: Cells, before: Cells | null, after: Cells | null }} Row
 * @typedef {{ tenantId: string, runId: string, n: number, table: string, key: Cells, from: Cells | null, to: Cells | null, isBack: boolean }} Move
 * @typedef {{ rows: Row[], last?: Row[], plan?: Record<string, unknown> | null }} Difference last: moved when all others are, and taken back before them
 * @typedef {{ key: string, version: number, level: 1 | 2 | 3,
 *   open<Result>(tenantId: string, reason: string, work: (tx: any) => Promise<Result>): Promise<Result>,
 *   plan(tx: any, tenantId: string, isLocked: boolean): Promise<Difference>,
 *   move?(tx: any, move: Move): Promise<boolean> }} Parts
 *   open: one transaction in that tenant's scope. plan: what is wrong, and what it would become. move: brings one row from one state to the other,
 *   twice as well as once; false leaves it as it is, because somebody else changed it.
 */

/**
 * A repair as a module offers it: tried without a trace, applied to exactly what was shown, and taken back. What is about to be done stands in
 * the journal before it is done, so that it goes on after a death wherever that came, and the run's id, not the order's, is what it goes by.
 *
 * @param {Parts} parts
 * @returns {RepairJob}
 */
export function repairJob(parts) {
  const { key, version, level } = parts;
  return {
    key,
    version,
    level,
    dryRun: (task) => tryOut(parts, bound(task).tenantId),
    apply: (task) => apply(parts, bound(task), task.signal),
    rollback: (task) => takeBack(parts, bound(task), task.signal),
  };
}

/** @param {Task} task @returns {{ tenantId: string, runId: string, digest: string }} */
function bound({ tenantId, params }) {
  if (tenantId === null) throw new RangeError("a repair is for one tenant at a time");
  const runId = String(params.run_id ?? "");
  if (!UUID.test(runId) && params.run_id !== undefined) throw new RangeError("a run goes by its id");
  return { tenantId, runId, digest: String(params.digest ?? "") };
}

/** In one order, so that the same difference has the same digest. @param {Difference} difference @returns {Row[]} */
const inOrder = ({ rows, last = [] }) => [...sorted(rows), ...sorted(last)];

/** @param {Row[]} rows */
function sorted(rows) {
  const named = rows.map((row) => ({ row, name: digestKey(row) }));
  return named.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ row }) => row);
}
const digestKey = (/** @type {Row} */ { table, key }) => `${table} ${JSON.stringify(Object.entries(key).sort())}`;

/** @param {Parts} parts @param {string} tenantId */
async function tryOut({ key, open, plan }, tenantId) {
  const difference = await open(tenantId, `${key}: tried`, (tx) => plan(tx, tenantId, false));
  const rows = inOrder(difference);
  /** @type {Record<string, number>} */
  const tables = {};
  for (const { table } of rows) tables[table] = (tables[table] ?? 0) + 1;
  return { digest: digestOf(rows), rows_total: rows.length, tables, rows: firstOf(rows), plan: difference.plan ?? null };
}

/** What people are shown: the first rows, as many as an answer has room for. @param {Row[]} rows */
function firstOf(rows) {
  let bytes = 0;
  return rows.slice(0, ROWS_SHOWN).filter((row) => {
    bytes += Buffer.byteLength(JSON.stringify(row));
    return bytes <= SHOWN_BYTES;
  });
}

/** @param {Parts} parts @param {{ tenantId: string, runId: string, digest: string }} run @param {AbortSignal} signal */
async function apply(parts, run, signal) {
  const { key, open, plan } = parts;
  const { tenantId, runId, digest } = run;
  const reason = `${key}: run ${runId}`;
  const begun = await open(tenantId, reason, async (tx) => {
    const known = await beginRun(tx, { tenantId, runId, job: key, digest });
    if (known.state !== "new") return known;
    const rows = inOrder(await plan(tx, tenantId, true));
    const found = digestOf(rows);
    if (found !== digest) return { state: "moved", digest: found };
    await known.write(rows);
    return { state: "applying", digest };
  });
  if (begun.state === "moved") return { is_same: false, digest: begun.digest, rows_done: 0, rows_kept: 0 };
  if (begun.state === "rolling_back" || begun.state === "rolled_back") throw new Error("this run was taken back");
  await moveAll(parts, run, signal, false);
  await open(tenantId, reason, (tx) => endRun(tx, tenantId, runId, "applied"));
  return { is_same: true, digest, ...(await open(tenantId, reason, (tx) => tally(tx, tenantId, runId, "done"))) };
}

/** @param {Parts} parts @param {{ tenantId: string, runId: string }} run @param {AbortSignal} signal */
async function takeBack(parts, run, signal) {
  const { key, open } = parts;
  const { tenantId, runId } = run;
  const reason = `${key}: run ${runId} is taken back`;
  // From here on no late order applies anything of it, even where none ever did.
  await open(tenantId, reason, (tx) => startBack(tx, { tenantId, runId, job: key }));
  await moveAll(parts, run, signal, true);
  await open(tenantId, reason, (tx) => endRun(tx, tenantId, runId, "rolled_back"));
  return { is_same: true, ...(await open(tenantId, reason, (tx) => tally(tx, tenantId, runId, "undone"))) };
}

/** Row by row, some to a transaction, until none is left. @param {Parts} parts @param {{ tenantId: string, runId: string }} run @param {AbortSignal} signal @param {boolean} isBack */
async function moveAll({ key, open, move }, { tenantId, runId }, signal, isBack) {
  if (!move) throw new Error(`${key} changes nothing`);
  const reason = `${key}: run ${runId}${isBack ? " is taken back" : ""}`;
  for (let left = 1; left > 0; ) {
    signal.throwIfAborted();
    left = await open(tenantId, reason, async (tx) => {
      for (const { n, table, key: of, before, after } of await nextRows(tx, tenantId, runId, isBack, CHUNK_ROWS)) {
        const [from, to] = isBack ? [after, before] : [before, after];
        const isMoved = await move(tx, { tenantId, runId, n, table, key: of, from, to, isBack });
        await noteRow(tx, tenantId, runId, n, isMoved ? (isBack ? "undone" : "done") : "kept");
      }
      return rowsLeft(tx, tenantId, runId, isBack);
    });
  }
}
