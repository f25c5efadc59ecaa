import { insertRows, restoreRows, takeRows, writeRows } from "../../database/keep-tables.mjs";

/** Totals are not saved: they follow from the ledger, and are worked out anew. */
const INVOICE = "tenant_id, id, number, customer, created_at";
const TABLES = [
  { table: "invoices", order: "id", columns: INVOICE },
  { table: "invoice_lines", order: "invoice_id, line" },
  { table: "ledger", order: "id" },
];
const SAME_INVOICE =
  "ON CONFLICT (tenant_id, id) DO UPDATE SET number = excluded.number, customer = excluded.customer, created_at = excluded.created_at";
const TOTALS = `UPDATE invoices i SET total_cents = l.total, paid_cents = l.paid FROM (
  SELECT i.id, coalesce(sum(CASE kind WHEN 'charge' THEN amount_cents WHEN 'credit' THEN -amount_cents ELSE 0 END), 0) AS total,
    coalesce(sum(CASE kind WHEN 'payment' THEN amount_cents ELSE 0 END), 0) AS paid FROM invoices i LEFT JOIN ledger ON ledger.invoice_id = i.id GROUP BY i.id) l
  WHERE l.id = i.id AND (i.total_cents <> l.total OR i.paid_cents <> l.paid)`;

const idsIn = (/** @type {readonly string[]} */ rows) => rows.map((row) => JSON.parse(row).id);

/**
 * Saves invoices with their lines and ledger. The ledger is only ever added to, so putting back what was saved unsays nothing that came later:
 * newer entries, and the invoices they belong to, stay and are counted as kept; everything that was saved is exactly what it was.
 * @param {import("../../database/open-database.mjs").Database} db
 */
export function keepInvoices(db) {
  const module = { db, moduleKey: "billing", namespace: "billing" };
  /** @typedef {import("../../../../module-client/js/types.d.mts").Task} Task */
  return {
    take: (/** @type {Task} */ task) => takeRows(module, TABLES, task),
    restore: (/** @type {Task} */ task) =>
      restoreRows(module, TABLES, task, async (tx, rowsOf) => {
        const [invoices, entries] = [idsIn(rowsOf("invoices")), idsIn(rowsOf("ledger"))];
        await insertRows(tx, "invoices", rowsOf("invoices"), { columns: INVOICE, conflict: SAME_INVOICE });
        await tx`DELETE FROM invoice_lines WHERE invoice_id = ANY(${invoices}::uuid[])`;
        await insertRows(tx, "invoice_lines", rowsOf("invoice_lines"));
        await insertRows(tx, "ledger", rowsOf("ledger"), { conflict: "ON CONFLICT (tenant_id, id) DO NOTHING" });
        await tx.unsafe(TOTALS);
        const columns = { invoices: "id", invoice_lines: "invoice_id", ledger: "id" };
        for (const table of TABLES) {
          const column = columns[/** @type {keyof typeof columns} */ (table.table)];
          await writeRows(tx, { ...table, only: { column, ids: table.table === "ledger" ? entries : invoices } }, task);
        }
        const [{ kept }] = await tx`SELECT (SELECT count(*) FROM invoices WHERE NOT id = ANY(${invoices}::uuid[]))::int
          + (SELECT count(*) FROM ledger WHERE NOT id = ANY(${entries}::uuid[]))::int AS kept`;
        return { kept };
      }),
  };
}
