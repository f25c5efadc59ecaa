import { createHash } from "node:crypto";
import { mergeShapes } from "./merge-shapes.mjs";
import { moveRow } from "./move-row.mjs";
import { repairJob } from "./repair-job.mjs";
import { hasKept } from "./repair-journal.mjs";
import { tryStatements } from "./try-statements.mjs";

/**
 * A migration that corrects rows: forward only. `statements` are each one UPDATE, with the tenant as $1; `shapes` are the tables and columns that it may change.
 *
 * @typedef {{ id: string, describe: string, statements: readonly string[], shapes: readonly Shape[] }} Migration
 * @typedef {import("./move-row.mjs").Shape} Shape
 * @typedef {import("./row-repairs.mjs").Open} Open
 */

/** What is longer than a request: all rows of a tenant are looked at several times. */
const STATEMENT_TIMEOUT = "60s";

/** @param {readonly string[]} statements */
const digestOfStatements = (statements) => createHash("sha256").update(JSON.stringify(statements)).digest("hex");

/**
 * The corrective migrations of a module, tenant by tenant. Tried, all that are due run in a transaction that is undone, past a gate (try-statements.mjs),
 * and what they would change is shown row by row, with their statements. Applied, just these rows change. The list of migrations is only ever
 * added to: taking one back is a step forward, too, which notes it as compensated and brings back what the journal says each row was.
 *
 * @param {Open} open @param {readonly Migration[]} migrations in the order in which they are applied
 */
export function migrationRepair(open, migrations) {
  const shapes = mergeShapes(migrations.flatMap((one) => one.shapes));
  return repairJob({
    ...{ key: "repair_migration", version: 1, level: 2, open },
    async plan(tx, tenantId, isLocked) {
      await tx.unsafe(`SET LOCAL statement_timeout = '${STATEMENT_TIMEOUT}'`);
      const due = dueOf(migrations, await readApplied(tx, tenantId));
      const rows = await tryStatements(tx, { tenantId, migrations: due, isLocked });
      return { rows, last: due.map(entryOf) };
    },
    async move(tx, move) {
      if (move.table === "migrations") return moveEntry(tx, move, migrations);
      return moveRow(tx, shapeOf(shapes, move), move);
    },
  });
}

/** Those that are not applied: what was written since one was is not its to change. @param {readonly Migration[]} migrations @param {Map<string, { sha256: string }>} applied */
function dueOf(migrations, applied) {
  return migrations.filter(({ id, statements }) => {
    const known = applied.get(id);
    if (known && known.sha256 !== digestOfStatements(statements))
      throw new Error(`${id} was applied, and says something else since: it needs an id of its own`);
    return !known;
  });
}

/** What the list of migrations will say of one. @param {Migration} migration @returns {import("./repair-job.mjs").Row} */
function entryOf({ id, statements }) {
  const gate = "runs twice alike; adds and deletes no row; changes no other table or column";
  const after = { statements: [...statements], sha256: digestOfStatements(statements), gate };
  return { table: "migrations", key: { migration: id }, before: null, after };
}

/** The columns that a row was planned with: those of all migrations that were due then. @param {readonly Shape[]} shapes @param {import("./repair-job.mjs").Move} move @returns {Shape} */
function shapeOf(shapes, { table, from, to }) {
  const shape = shapes.find((one) => one.table === table);
  if (!shape) throw new Error(`no migration is about ${table}`);
  const columns = Object.keys(from ?? to ?? {}).map((name) => {
    const type = shape.columns[name];
    if (type === undefined) throw new Error(`no migration is about ${table}.${name}`);
    return [name, type];
  });
  return { ...shape, columns: Object.fromEntries(columns) };
}

/** What is applied and not compensated since. @param {any} tx @param {string} tenantId @returns {Promise<Map<string, { sha256: string, run_id: string }>>} */
async function readApplied(tx, tenantId) {
  const rows =
    await tx`SELECT DISTINCT ON (migration) migration, state, sha256, run_id FROM migrations WHERE tenant_id = ${tenantId} ORDER BY migration, n DESC`;
  return new Map(rows.filter((/** @type {any} */ row) => row.state === "applied").map((/** @type {any} */ row) => [row.migration, row]));
}

/**
 * The list says that a migration is applied, or, on the way back, that it is compensated. It is not applied where somebody else's change
 * kept one of its rows as it was: it stays due.
 *
 * @param {any} tx @param {import("./repair-job.mjs").Move} move @param {readonly Migration[]} migrations
 */
async function moveEntry(tx, { tenantId, runId, key, from, to, isBack }, migrations) {
  const migration = String(key.migration);
  const known = (await readApplied(tx, tenantId)).get(migration);
  if (isBack) {
    if (!known) return true;
    if (known.run_id !== runId) return false;
  } else {
    if (known) return known.run_id === runId;
    const tables = migrations.find(({ id }) => id === migration)?.shapes.map(({ table }) => table);
    if (!tables || (await hasKept(tx, tenantId, runId, tables))) return false;
  }
  const sha256 = String((isBack ? from : to)?.sha256);
  const state = isBack ? "compensated" : "applied";
  await tx`INSERT INTO migrations ${tx({ tenant_id: tenantId, migration, state, sha256, run_id: runId })}`;
  return true;
}
