import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";

const ROWS = 1_000;
const FILES = 300;
const OLD_SECONDS = 3_600;

/**
 * Breaks one tenant of examples/platform in every way that a job mends, by the superuser's hand: enough rows of each that a job takes many
 * transactions. What is dead in the queue is of a kind that nobody knows, so that nothing of it runs away from the comparison.
 *
 * @param {import("postgres").Sql} sql as the superuser @param {string} tenant
 */
export async function breakRows(sql, tenant) {
  await sql.begin(async (tx) => {
    await tx`SELECT set_config('search_path', 'platform', true), set_config('app.tenant', ${tenant}, true), set_config('app.reason', 'the exercise', true)`;
    await tx`INSERT INTO documents SELECT ${tenant}, gen_random_uuid(), 'broken ' || n, U&'cafe\\0301 ' || n, -100 - n FROM generate_series(1, ${ROWS}::int) n`;
    await tx`INSERT INTO invoices SELECT ${tenant}, gen_random_uuid(), 100000 + n, 'Ada', 500 + n, 0 FROM generate_series(1, ${ROWS}::int) n`;
    await tx`INSERT INTO ledger (tenant_id, id, invoice_id, kind, amount_cents) SELECT tenant_id, gen_random_uuid(), id, 'charge', 500
      FROM invoices WHERE tenant_id = ${tenant} AND number > 100000`;
    await tx`INSERT INTO grants SELECT ${tenant}, 'clerk' || n || '@broken.example', 'clerk', 'invoices:write' FROM generate_series(1, ${ROWS}::int) n`;
    await tx`INSERT INTO jobs (tenant_id, id, kind, status, tries, error) SELECT ${tenant}, gen_random_uuid(), 'unknown', 'dead', 4, 'it failed' FROM generate_series(1, ${ROWS}::int)`;
  });
}

/** Cached files with a wrong checksum and stored files that no row names. @param {string} dir the platform's @param {string} tenant */
export function breakFiles(dir, tenant) {
  const put = (/** @type {string} */ folder, /** @type {string} */ name, /** @type {string} */ text) => {
    const file = path.join(dir, folder, tenant, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    const old = Date.now() / 1_000 - OLD_SECONDS;
    utimesSync(file, old, old);
  };
  for (let n = 0; n < FILES; n += 1) {
    put("cache", `broken-${n}.json`, `${"0".repeat(64)} 1\nwrong ${n}`);
    put("objects", createHash("sha256").update(`orphan ${n} ${randomUUID()}`).digest("hex"), `orphan ${n}`);
  }
}
