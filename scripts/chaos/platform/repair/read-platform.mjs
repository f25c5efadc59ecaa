import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** Everything that a tenant owns; the journal of repairs and the notes of who wrote are meant to grow. */
const TABLES = ["documents", "search_index", "invoices", "invoice_lines", "ledger", "objects", "exports", "scans", "grants", "jobs"];
const FOLDERS = ["cache", "objects", "exports"];

/**
 * Every row and file of every tenant, each as its place and digest.
 *
 * @param {import("postgres").Sql} sql as the superuser, past every policy
 * @param {string} dir where the platform keeps its files
 * @returns {Promise<Set<string>>}
 */
export async function readPlatform(sql, dir) {
  const found = /** @type {Set<string>} */ (new Set());
  for (const table of TABLES) {
    const rows = await sql.unsafe(`SELECT md5(t::text) AS digest FROM platform.${table} t`);
    for (const { digest } of rows) found.add(`${table}/${digest}`);
  }
  for (const folder of FOLDERS) {
    const inside = await readdir(path.join(dir, folder), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const file of inside.filter((one) => one.isFile())) {
      const place = path.join(file.parentPath, file.name);
      found.add(
        `${path.relative(dir, place)} ${createHash("sha256")
          .update(await readFile(place))
          .digest("hex")}`,
      );
    }
  }
  return found;
}

/** What is in one of them only. @param {Set<string>} before @param {Set<string>} after @returns {string[]} */
export function unequal(before, after) {
  return [
    ...[...before].filter((one) => !after.has(one)).map((one) => `${one} is gone`),
    ...[...after].filter((one) => !before.has(one)).map((one) => `${one} is new`),
  ];
}
