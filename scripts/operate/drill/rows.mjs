const TABLES = ["documents", "grants", "invoices", "invoice_lines", "ledger"];

/**
 * Gives a tenant rows: half of them documents, the rest invoices with two lines and two entries of the ledger each.
 * @param {import("postgres").Sql} owner of the platform's schema @param {string} tenantId @param {number} rows
 */
export async function fillTenant(owner, tenantId, rows) {
  const [documents, invoices] = [Math.ceil(rows / 2), Math.floor(rows / 10)];
  await owner.begin(async (tx) => {
    await tx`INSERT INTO documents (tenant_id, id, title, body, price_cents) SELECT ${tenantId}, gen_random_uuid(), 'Part ' || n, repeat('stored in row ' || n || '. ', 3), 100 + n % 9000
      FROM generate_series(1, ${documents}::int) n`;
    await tx`INSERT INTO invoices (tenant_id, id, number, customer, total_cents, paid_cents) SELECT ${tenantId}, gen_random_uuid(), 100000 + n, 'Customer ' || n, 300, 100
      FROM generate_series(1, ${invoices}::int) n`;
    await tx`INSERT INTO invoice_lines (tenant_id, invoice_id, line, item, quantity, unit_cents) SELECT tenant_id, id, n, 'item ' || n, n, 100
      FROM invoices, generate_series(1, 2) n WHERE tenant_id = ${tenantId} AND number > 100000`;
    await tx`INSERT INTO ledger (tenant_id, id, invoice_id, kind, amount_cents) SELECT tenant_id, gen_random_uuid(), id, k.kind, k.amount
      FROM invoices, (VALUES ('charge', 300), ('payment', 100)) k(kind, amount) WHERE tenant_id = ${tenantId} AND number > 100000`;
  });
}

/** Deletes a third, changes a third, adds what was never there: by the owner's own hand, past every guard. @param {import("postgres").Sql} owner @param {string} tenantId */
export async function damageTenant(owner, tenantId) {
  const third = (/** @type {string} */ column, /** @type {number} */ part) =>
    `tenant_id = '${tenantId}' AND abs(hashtext(${column}::text)) % 3 = ${part}`;
  await owner.begin(async (tx) => {
    await tx.unsafe(`DELETE FROM documents WHERE ${third("id", 0)}`);
    await tx.unsafe(`UPDATE documents SET title = 'overwritten', price_cents = 1 WHERE ${third("id", 1)}`);
    await tx.unsafe(
      `INSERT INTO documents (tenant_id, id, title, body, price_cents) SELECT '${tenantId}', gen_random_uuid(), 'junk', '', 1 FROM generate_series(1, 100)`,
    );
    await tx.unsafe(`DELETE FROM grants WHERE tenant_id = '${tenantId}'`);
    await tx.unsafe(`DELETE FROM invoice_lines WHERE ${third("invoice_id", 0)}`);
    await tx.unsafe(`UPDATE invoices SET customer = 'nobody', total_cents = total_cents + 1 WHERE ${third("id", 1)}`);
  });
}

/** Every row of a tenant in one sum. @param {import("postgres").Sql} owner @param {string} tenantId */
export async function sumRows(owner, tenantId) {
  const sums = [];
  let rows = 0;
  for (const table of TABLES) {
    const [row] = await owner.unsafe(
      `SELECT count(*)::int AS n, md5(coalesce(string_agg(one, '' ORDER BY one), '')) AS sum FROM (SELECT md5(t::text) AS one FROM ${table} t WHERE tenant_id = $1) t`,
      [tenantId],
    );
    sums.push(`${table} ${row.sum}`);
    rows += row.n;
  }
  return { rows, digest: sums.join(" ") };
}

/** Every row of some tenants, as text. @param {import("postgres").Sql} owner @param {readonly { id: string }[]} tenants */
export async function readRows(owner, tenants) {
  const found = new Set();
  for (const table of TABLES) {
    const rows = await owner.unsafe(`SELECT t::text AS row FROM ${table} t WHERE tenant_id = ANY($1::uuid[])`, [
      tenants.map(({ id }) => id),
    ]);
    for (const { row } of rows) found.add(`${table} ${row}`);
  }
  return found;
}
