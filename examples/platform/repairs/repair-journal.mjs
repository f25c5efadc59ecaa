/** @typedef {import("./repair-job.mjs").Row} Row */

const ROWS_AT_ONCE = 500;

/** What a run may still move: forward what is planned; back what was done, and what may have been done when something died. @param {boolean} isBack */
const open = (isBack) => (isBack ? ["planned", "done"] : ["planned"]);

/**
 * The run as the journal knows it, locked until the transaction ends. A run that is new is written with its rows, all or none of them, before any
 * of them is touched.
 *
 * @param {any} tx @param {{ tenantId: string, runId: string, job: string, digest: string }} run
 * @returns {Promise<{ state: string, digest: string, write(rows: Row[]): Promise<void> }>}
 */
export async function beginRun(tx, { tenantId, runId, job, digest }) {
  await lock(tx, tenantId, job);
  const [known] = await tx`SELECT state, digest FROM repair_runs WHERE tenant_id = ${tenantId} AND run_id = ${runId} FOR UPDATE`;
  if (known && known.state === "applying" && known.digest !== digest) throw new Error("this run began with another digest");
  const write = async (/** @type {Row[]} */ rows) => {
    await tx`INSERT INTO repair_runs ${tx({ tenant_id: tenantId, run_id: runId, job, digest, state: "applying" })}`;
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      const some = rows.slice(at, at + ROWS_AT_ONCE).map(({ table, key, before, after }, index) => ({
        ...{ tenant_id: tenantId, run_id: runId, n: at + index, table_name: table, state: "planned" },
        ...{ key: tx.json(key), before: before && tx.json(before), after: after && tx.json(after) },
      }));
      await tx`INSERT INTO repair_rows ${tx(some)}`;
    }
  };
  return { state: known?.state ?? "new", digest: known?.digest ?? digest, write };
}

/** @param {any} tx @param {{ tenantId: string, runId: string, job: string }} run */
export async function startBack(tx, { tenantId, runId, job }) {
  await lock(tx, tenantId, job);
  await tx`INSERT INTO repair_runs ${tx({ tenant_id: tenantId, run_id: runId, job, digest: "", state: "rolling_back" })}
    ON CONFLICT (tenant_id, run_id) DO UPDATE SET state = 'rolling_back' WHERE repair_runs.state <> 'rolled_back'`;
}

/** One run of a job changes a tenant's rows at a time. @param {any} tx @param {string} tenantId @param {string} job */
function lock(tx, tenantId, job) {
  return tx`SELECT pg_advisory_xact_lock(hashtextextended(${`repair ${job} ${tenantId}`}, 0))`;
}

/** @param {any} tx @param {string} tenantId @param {string} runId @param {boolean} isBack @param {number} most @returns {Promise<(Row & { n: number })[]>} */
export function nextRows(tx, tenantId, runId, isBack, most) {
  return tx`SELECT n, table_name AS table, key, before, after FROM repair_rows WHERE tenant_id = ${tenantId} AND run_id = ${runId}
    AND state = ANY(${open(isBack)}) ORDER BY CASE WHEN ${isBack} THEN -n ELSE n END LIMIT ${most} FOR UPDATE`;
}

/** @param {any} tx @param {string} tenantId @param {string} runId @param {boolean} isBack @returns {Promise<number>} */
export async function rowsLeft(tx, tenantId, runId, isBack) {
  const [{ left }] =
    await tx`SELECT count(*)::int AS left FROM repair_rows WHERE tenant_id = ${tenantId} AND run_id = ${runId} AND state = ANY(${open(isBack)})`;
  return left;
}

/** @param {any} tx @param {string} tenantId @param {string} runId @param {number} n @param {"done" | "kept" | "undone"} state */
export function noteRow(tx, tenantId, runId, n, state) {
  return tx`UPDATE repair_rows SET state = ${state} WHERE tenant_id = ${tenantId} AND run_id = ${runId} AND n = ${n}`;
}

/** Whether a row of these tables stayed as it is, because somebody else changed it. @param {any} tx @param {string} tenantId @param {string} runId @param {readonly string[]} tables @returns {Promise<boolean>} */
export async function hasKept(tx, tenantId, runId, tables) {
  const [row] = await tx`SELECT EXISTS (SELECT FROM repair_rows WHERE tenant_id = ${tenantId} AND run_id = ${runId} AND state = 'kept'
    AND table_name = ANY(${[...tables]})) AS has_kept`;
  return row.has_kept;
}

/** @param {any} tx @param {string} tenantId @param {string} runId @param {"applied" | "rolled_back"} state */
export function endRun(tx, tenantId, runId, state) {
  const from = state === "applied" ? "applying" : "rolling_back";
  return tx`UPDATE repair_runs SET state = ${state}, ended_at = now() WHERE tenant_id = ${tenantId} AND run_id = ${runId} AND state = ${from}`;
}

/** @param {any} tx @param {string} tenantId @param {string} runId @param {"done" | "undone"} state @returns {Promise<{ rows_done: number, rows_kept: number }>} */
export async function tally(tx, tenantId, runId, state) {
  const [row] =
    await tx`SELECT count(*) FILTER (WHERE state = ${state})::int AS rows_done, count(*) FILTER (WHERE state = 'kept')::int AS rows_kept
    FROM repair_rows WHERE tenant_id = ${tenantId} AND run_id = ${runId}`;
  return { rows_done: row.rows_done, rows_kept: row.rows_kept };
}
