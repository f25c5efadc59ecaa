import { canonicalJson } from "../../../module-client/js/canonical-json.mjs";

/**
 * Which columns of a table a repair names: those that find a row, and those that it changes, each with its type.
 * @typedef {{ table: string, key: Record<string, string>, columns: Record<string, string> }} Shape
 */

/**
 * Brings one row of a table from one state to another, where it is in the first; one that is in the second already is done.
 *
 * @param {any} tx @param {Shape} shape @param {import("./repair-job.mjs").Move} move
 * @returns {Promise<boolean>} false where somebody else made it a third thing: then it stays as it is
 */
export async function moveRow(tx, shape, { tenantId, key, from, to }) {
  const at = Object.entries(shape.key);
  const where = `tenant_id = $1::text::uuid AND ${at.map(([name, type], index) => `${name} = $${index + 2}::text::${type}`).join(" AND ")}`;
  const ids = [tenantId, ...at.map(([name]) => text(key[name]))];
  const names = Object.keys(shape.columns);
  const read = names.map((name) => `to_jsonb(${name}) AS ${name}`).join(", ");
  const [row = null] = await tx.unsafe(`SELECT ${read} FROM ${shape.table} WHERE ${where} FOR UPDATE`, ids);
  const current = canonicalJson(row && { ...row });
  if (current === canonicalJson(to)) return true;
  if (current !== canonicalJson(from)) return false;
  if (to === null) {
    await tx.unsafe(`DELETE FROM ${shape.table} WHERE ${where}`, ids);
    return true;
  }
  const values = names.map((name) => text(to[name]));
  const cast = (/** @type {string} */ name, /** @type {number} */ index) => `$${ids.length + index + 1}::text::${shape.columns[name]}`;
  if (from !== null) {
    await tx.unsafe(`UPDATE ${shape.table} SET ${names.map((name, index) => `${name} = ${cast(name, index)}`).join(", ")} WHERE ${where}`, [
      ...ids,
      ...values,
    ]);
    return true;
  }
  const keys = at.map(([, type], index) => `$${index + 2}::text::${type}`);
  const made = await tx.unsafe(
    `INSERT INTO ${shape.table} (tenant_id, ${[...at.map(([name]) => name), ...names].join(", ")})
      VALUES ($1::text::uuid, ${[...keys, ...names.map(cast)].join(", ")}) ON CONFLICT DO NOTHING`,
    [...ids, ...values],
  );
  return made.count === 1;
}

/** @param {unknown} value */
const text = (value) => (value === null || value === undefined ? null : String(value));
