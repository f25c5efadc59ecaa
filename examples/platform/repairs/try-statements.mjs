import { mergeShapes } from "./merge-shapes.mjs";

/**
 * @typedef {import("./migration-repair.mjs").Migration} Migration
 * @typedef {import("./move-row.mjs").Shape} Shape
 * @typedef {import("./repair-job.mjs").Row} Row
 * @typedef {Map<string, { key: Record<string, unknown>, cells: Record<string, unknown>, rest: string }>} Rows by key: the columns that may change, and a digest of all others
 */

/** Where the database notes who wrote, whatever schema is written; it is meant to grow. */
const NOTES = "platform.writes";

/** Thrown to undo what was only tried. */
class Tried extends Error {}

/** A migration that is not what it was declared to be: nothing of it is ever applied. */
class GateClosed extends Error {
  /** @param {string} id @param {string} why */
  constructor(id, why) {
    super(`ERR_MIGRATION_GATE: ${id} ${why}`);
  }
}

/**
 * Runs migrations in a part of the transaction that is undone, and tells which rows they would change. The gate: each statement is one UPDATE; run
 * twice it changes nothing more; no row is added or gone; no other table and no other column is touched.
 *
 * @param {any} tx in one tenant's scope
 * @param {{ tenantId: string, migrations: readonly Migration[], isLocked: boolean }} wanted isLocked: the rows stay as they are until the transaction ends
 * @returns {Promise<Row[]>}
 * @throws {Error} ERR_MIGRATION_GATE
 */
export async function tryStatements(tx, { tenantId, migrations, isLocked }) {
  const shapes = mergeShapes(migrations.flatMap((one) => one.shapes));
  const before = await readAll(tx, shapes, tenantId, isLocked);
  /** @type {Row[]} */
  let rows = [];
  try {
    await tx.savepoint(async (/** @type {any} */ trial) => {
      for (const migration of migrations) await passGate(trial, migration, tenantId);
      rows = compare(shapes, before, await readAll(trial, shapes, tenantId, false), migrations.map(({ id }) => id).join(", "));
      throw new Tried();
    });
  } catch (error) {
    if (!(error instanceof Tried)) throw error;
  }
  return rows;
}

/** Each migration by what it declares itself, not by what another does. @param {any} tx @param {Migration} migration @param {string} tenantId */
async function passGate(tx, { id, statements, shapes: declared }, tenantId) {
  const shapes = mergeShapes(declared);
  const touchedBefore = await readTouched(tx);
  const before = await readAll(tx, shapes, tenantId, false);
  const run = async () => {
    for (const statement of statements) {
      if (!/^update\s/i.test(statement)) throw new GateClosed(id, "does something else than UPDATE");
      // With a parameter the protocol takes one statement only.
      await tx.unsafe(statement, [tenantId]);
    }
    return readAll(tx, shapes, tenantId, false);
  };
  const [once, twice] = [await run(), await run()];
  compare(shapes, before, once, id);
  for (const { table } of shapes) {
    if (textOf(once.get(table)) !== textOf(twice.get(table))) throw new GateClosed(id, `changes ${table} again when it is run again`);
  }
  const named = await readNames(tx, shapes);
  for (const [name, count] of await readTouched(tx)) {
    if (name !== NOTES && !named.has(name) && count !== (touchedBefore.get(name) ?? 0))
      throw new GateClosed(id, `writes ${name}, which it does not declare`);
  }
}

/** How many rows of each table this transaction has written so far, by whatever way. @param {any} tx @returns {Promise<Map<string, number>>} by schema and table */
async function readTouched(tx) {
  const rows =
    await tx`SELECT schemaname || '.' || relname AS name, (n_tup_ins + n_tup_upd + n_tup_del)::int AS count FROM pg_stat_xact_user_tables`;
  return new Map(rows.map((/** @type {any} */ { name, count }) => [name, count]));
}

/** The same tables with the schemas in which they are found. @param {any} tx @param {readonly Shape[]} shapes @returns {Promise<Set<string>>} */
async function readNames(tx, shapes) {
  const tables = shapes.map(({ table }) => table);
  const rows = await tx`SELECT n.nspname || '.' || c.relname AS name FROM unnest(${tables}::text[]) AS t (name)
    JOIN pg_class c ON c.oid = to_regclass(t.name) JOIN pg_namespace n ON n.oid = c.relnamespace`;
  return new Set(rows.map((/** @type {any} */ { name }) => name));
}

/** @param {any} tx @param {readonly Shape[]} shapes @param {string} tenantId @param {boolean} isLocked @returns {Promise<Map<string, Rows>>} by table */
async function readAll(tx, shapes, tenantId, isLocked) {
  /** @type {Map<string, Rows>} */
  const found = new Map();
  for (const { table, key, columns } of shapes) {
    const object = (/** @type {string[]} */ names) => `jsonb_build_object(${names.map((name) => `'${name}', t.${name}`).join(", ")})`;
    const [keys, names] = [Object.keys(key), Object.keys(columns)];
    const rest = `md5((to_jsonb(t) - ARRAY[${names.map((name) => `'${name}'`).join(", ")}])::text)`;
    const order = keys.map((name) => `t.${name}`).join(", ");
    const text = `SELECT ${object(keys)} AS key, ${object(names)} AS cells, ${rest} AS rest FROM ${table} t WHERE tenant_id = $1::text::uuid
      ORDER BY ${order} ${isLocked ? "FOR UPDATE" : ""}`;
    const rows = await tx.unsafe(text, [tenantId]);
    found.set(table, new Map(rows.map((/** @type {any} */ row) => [JSON.stringify(row.key), row])));
  }
  return found;
}

/** @param {readonly Shape[]} shapes @param {Map<string, Rows>} before @param {Map<string, Rows>} after @param {string} named what ran between @returns {Row[]} */
function compare(shapes, before, after, named) {
  return shapes.flatMap(({ table }) => {
    const [were, are] = [before.get(table) ?? new Map(), after.get(table) ?? new Map()];
    if (were.size !== are.size || [...were.keys()].some((name) => !are.has(name)))
      throw new GateClosed(named, `adds or deletes rows of ${table}`);
    return [...were].flatMap(([name, was]) => {
      const is = are.get(name);
      if (was.rest !== is.rest) throw new GateClosed(named, `changes columns of ${table} that it does not declare`);
      const isSame = JSON.stringify(was.cells) === JSON.stringify(is.cells);
      return isSame ? [] : [{ table, key: was.key, before: was.cells, after: is.cells }];
    });
  });
}

/** @param {Rows | undefined} rows */
const textOf = (rows) => JSON.stringify([...(rows ?? [])]);
