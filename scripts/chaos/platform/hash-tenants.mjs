import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/**
 * Every row that a tenant owns for good, and its key within that tenant. Traffic goes on all the time: it adds rows to these and changes none of them;
 * what it does change (photos that are replaced, the queue, rates) is left out.
 */
const TABLES = /** @type {const} */ ([
  ["documents", "id::text", "true"],
  ["search_index", "document_id::text", "true"],
  ["invoices", "id::text", "true"],
  ["invoice_lines", "invoice_id::text || '/' || line", "true"],
  ["ledger", "id::text", "true"],
  ["scans", "id::text", "true"],
  ["grants", "person || '/' || permission", "true"],
  ["objects", "name", "name LIKE 'archive-%'"],
]);

/** @typedef {Map<string, Map<string, string>>} Digests by tenant: digest of each row and file, by its name */

/**
 * @param {import("postgres").Sql} sql as the superuser, past the proxy and every policy
 * @param {string} dir where the platform keeps its files
 * @returns {Promise<Digests>}
 */
export async function hashTenants(sql, dir) {
  const tenants = /** @type {Digests} */ (new Map());
  const note = (/** @type {string} */ tenant, /** @type {string} */ name, /** @type {string} */ digest) => {
    if (!tenants.has(tenant)) tenants.set(tenant, new Map());
    tenants.get(tenant)?.set(name, digest);
  };
  for (const [table, key, which] of TABLES) {
    const rows = await sql.unsafe(`SELECT coalesce(tenant_id::text, 'nobody') AS tenant, ${key} AS key, md5(t::text) AS digest
      FROM platform.${table} t WHERE ${which}`);
    for (const { tenant, key: name, digest } of rows) note(tenant, `${table}/${name}`, digest);
  }
  const kept = await sql`SELECT DISTINCT tenant_id::text AS tenant, sha256 FROM platform.objects WHERE name LIKE 'archive-%'`;
  for (const { tenant, sha256 } of kept) note(tenant, `file/${sha256}`, await hashFile(path.join(dir, "objects", tenant, sha256)));
  for (const tenant of await readdir(path.join(dir, "objects")).catch(() => [])) if (!tenants.has(tenant)) note(tenant, "folder", "there");
  return tenants;
}

/** @param {string} file */
async function hashFile(file) {
  const bytes = await readFile(file).catch(() => null);
  return bytes === null ? "missing" : createHash("sha256").update(bytes).digest("hex");
}

/**
 * What is not as it was. Rows that traffic has added meanwhile are no difference.
 *
 * @param {Digests} before @param {Digests} after
 * @param {(tenant: string) => boolean} [isLookedAt]
 * @returns {string[]}
 */
export function differences(before, after, isLookedAt = () => true) {
  return [...before].flatMap(([tenant, rows]) =>
    isLookedAt(tenant)
      ? [...rows].filter(([name, digest]) => after.get(tenant)?.get(name) !== digest).map(([name]) => `${name} of ${tenant}`)
      : [],
  );
}

/**
 * What one tenant had, and now another has, or nobody; and whoever is there now that was nobody's tenant before.
 *
 * @param {Digests} before @param {Digests} after
 * @returns {string[]}
 */
export function strays(before, after) {
  const owners = new Map([...before].flatMap(([tenant, rows]) => [...rows.keys()].filter(isOneTenants).map((name) => [name, tenant])));
  return [...after].flatMap(([tenant, rows]) => {
    if (!before.has(tenant)) return [`${rows.size} rows or files of ${tenant}, which is no tenant of the platform`];
    return [...rows.keys()].filter((name) => (owners.get(name) ?? tenant) !== tenant).map((name) => `${name} is ${tenant}'s now`);
  });
}

/** Names of files and contents may well be the same at two tenants; ids never are. @param {string} name */
const isOneTenants = (name) => /^(documents|search_index|invoices|invoice_lines|ledger|scans)\//.test(name);
