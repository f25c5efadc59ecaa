/**
 * @typedef {import("../../../module-client/js/types.d.mts").Task} Task
 * @typedef {import("./open-database.mjs").Tx} Tx
 * @typedef {{ table: string, order: string, columns?: string }} KeptTable
 *   order: what makes the order of its rows always the same; columns: those that are saved, all unless said otherwise
 */

const FETCH = 1_000;

/** Thrown to undo a rehearsal once it was read back. */
class Rehearsed extends Error {}

/**
 * Saves one tenant's rows of some tables and puts them back, all in one transaction: what came later goes, what is gone or changed comes back.
 * Afterwards they are read again, for Center to compare. A rehearsal does the same in `platform_drill` and is undone.
 *
 * @param {{ db: import("./open-database.mjs").Database, moduleKey: string, namespace: string }} module
 * @param {readonly KeptTable[]} tables those that others refer to come first
 * @returns {{ take: (task: Task) => Promise<unknown>, restore: (task: Task) => Promise<unknown> }}
 */
export function keepTables(module, tables) {
  return {
    take: (task) => takeRows(module, tables, task),
    restore: (task) =>
      restoreRows(module, tables, task, async (tx, rowsOf) => {
        for (const { table } of [...tables].reverse()) await tx`DELETE FROM ${tx(table)}`;
        for (const { table } of tables) await insertRows(tx, table, rowsOf(table));
        for (const table of tables) await writeRows(tx, table, task);
        return {};
      }),
  };
}

/** @param {{ db: import("./open-database.mjs").Database }} module @param {readonly KeptTable[]} tables @param {Task} task */
export async function takeRows({ db }, tables, task) {
  const tenantId = requireTenant(task);
  return db.readAsOfOneMoment(tenantId, async (tx) => {
    for (const table of tables) await writeRows(tx, table, task);
    return {};
  });
}

/**
 * As of one moment, and only while what is there is what takes it back again: what somebody commits later is not seen and not deleted, and what
 * they changed of the same rows undoes all of this.
 * @param {{ db: import("./open-database.mjs").Database, moduleKey: string, namespace: string }} module @param {readonly KeptTable[]} tables
 * @param {Task} task
 * @param {(tx: Tx, rowsOf: (table: string) => string[]) => Promise<Record<string, unknown>>} put
 */
export async function restoreRows({ db, moduleKey, namespace }, tables, task, put) {
  const tenantId = requireTenant(task);
  /** @type {Map<string, string[]>} */
  const saved = new Map();
  for await (const { part, row } of /** @type {any} */ (task.snapshot).rows()) {
    if (!saved.has(part)) saved.set(part, []);
    saved.get(part)?.push(String(row));
  }
  const isDrill = task.snapshot?.isDrill === true;
  const write = { tenantId, reason: `snapshot ${task.params.snapshot_id}`, traceId: null, moduleKey, namespace };
  let answer = {};
  try {
    const replace = async (/** @type {Tx} */ tx) => {
      await tx`SET LOCAL statement_timeout = '120s'`;
      await tx`SET LOCAL timezone = 'UTC'`;
      if (isDrill) await tx`SET LOCAL search_path = platform_drill`;
      const undo = task.snapshot?.undo ?? null;
      if (undo) for (const table of tables) await writeRows(tx, table, task, undo);
      await undo?.requireSame();
      answer = await put(tx, (table) => saved.get(table) ?? []);
      if (isDrill) throw new Rehearsed();
    };
    await db.write(write, replace, "isolation level repeatable read");
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error;
  }
  return answer;
}

/**
 * Tells Center what is there now. @param {Tx} tx @param {KeptTable & { only?: { column: string, ids: string[] } }} table @param {Task} task
 * @param {{ write(part: string, rows: Iterable<unknown>): Promise<void> } | null} to who is told
 */
export async function writeRows(tx, { table, order, columns = "*", only }, task, to = task.snapshot) {
  const where = only ? `WHERE ${only.column} = ANY($1::uuid[])` : "";
  const text = `SELECT to_jsonb(t)::text AS row FROM (SELECT ${columns} FROM ${table} ${where} ORDER BY ${order}) t`;
  const query = tx.unsafe(text, /** @type {any} */ (only ? [only.ids] : []));
  for await (const rows of query.cursor(FETCH)) {
    task.signal.throwIfAborted();
    await to?.write(
      table,
      rows.map(({ row }) => row),
    );
  }
}

/**
 * @param {Tx} tx @param {string} table @param {readonly string[]} rows as JSON text
 * @param {{ columns?: string, conflict?: string }} [how] conflict: what becomes of a row that is there already
 */
export async function insertRows(tx, table, rows, { columns = "*", conflict = "" } = {}) {
  const into = columns === "*" ? table : `${table} (${columns})`;
  for (let from = 0; from < rows.length; from += FETCH) {
    const batch = `[${rows.slice(from, from + FETCH).join(",")}]`;
    await tx.unsafe(`INSERT INTO ${into} SELECT ${columns} FROM jsonb_populate_recordset(null::${table}, $1::text::jsonb) ${conflict}`, [
      batch,
    ]);
  }
}

/** @param {Task} task */
function requireTenant({ tenantId, snapshot }) {
  if (tenantId === null || snapshot === null) throw new RangeError("a snapshot is one tenant's, and Center's wish");
  return tenantId;
}
