import { moveRow } from "./move-row.mjs";
import { repairJob } from "./repair-job.mjs";

/**
 * @typedef {import("./move-row.mjs").Shape} Shape
 * @typedef {import("./repair-job.mjs").Parts} Parts
 * @typedef {Parts["open"]} Open
 */

/** A repair of the rows of one table. @param {Omit<Parts, "move"> & { shape: Shape }} parts */
function rowRepair({ shape, ...parts }) {
  return repairJob({ ...parts, move: (tx, move) => moveRow(tx, shape, move) });
}

/** @param {boolean} isLocked @param {string} table */
const locking = (isLocked, table) => (isLocked ? `FOR UPDATE OF ${table}` : "");

/** @param {Shape} shape @param {any[]} rows each with the key's columns, `before` and `after` @returns {import("./repair-job.mjs").Row[]} */
function asRows(shape, rows) {
  const keys = Object.keys(shape.key);
  return rows.map((row) => ({
    table: shape.table,
    key: Object.fromEntries(keys.map((name) => [name, row[name]])),
    before: row.before,
    after: row.after,
  }));
}

const INDEX = { table: "search_index", key: { document_id: "uuid" }, columns: { words: "tsvector" } };

/** The index says of each document what the document says, and nothing of what is gone. @param {Open} open */
export function rebuildIndexRepair(open) {
  return rowRepair({
    ...{ key: "repair_rebuild_index", version: 1, level: 1, open, shape: INDEX },
    plan: async (tx, tenantId) => ({
      rows: asRows(
        INDEX,
        await tx`SELECT coalesce(d.id, s.document_id) AS document_id,
          CASE WHEN s.document_id IS NULL THEN NULL ELSE jsonb_build_object('words', s.words) END AS before,
          CASE WHEN d.id IS NULL THEN NULL ELSE jsonb_build_object('words', d.words) END AS after
        FROM (SELECT id, to_tsvector('simple', title || ' ' || body) AS words FROM documents WHERE tenant_id = ${tenantId}) d
        FULL JOIN (SELECT document_id, words FROM search_index WHERE tenant_id = ${tenantId}) s ON s.document_id = d.id
        WHERE s.words IS DISTINCT FROM d.words`,
      ),
    }),
  });
}

const INVOICES = { table: "invoices", key: { id: "uuid" }, columns: { total_cents: "bigint", paid_cents: "bigint" } };

/** Totals are what the ledger adds up to; the ledger is not touched. @param {Open} open */
export function reconcileInvoicesRepair(open) {
  return rowRepair({
    ...{ key: "repair_reconcile_invoices", version: 1, level: 2, open, shape: INVOICES },
    plan: async (tx, tenantId, isLocked) => ({
      rows: asRows(
        INVOICES,
        await tx.unsafe(
          `SELECT i.id, jsonb_build_object('total_cents', i.total_cents, 'paid_cents', i.paid_cents) AS before,
            jsonb_build_object('total_cents', l.total, 'paid_cents', l.paid) AS after
          FROM invoices i CROSS JOIN LATERAL (
            SELECT coalesce(sum(CASE kind WHEN 'charge' THEN amount_cents WHEN 'credit' THEN -amount_cents END), 0)::bigint AS total,
              coalesce(sum(CASE kind WHEN 'payment' THEN amount_cents END), 0)::bigint AS paid
            FROM ledger WHERE tenant_id = i.tenant_id AND invoice_id = i.id) l
          WHERE i.tenant_id = $1::text::uuid AND (i.total_cents <> l.total OR i.paid_cents <> l.paid) ${locking(isLocked, "i")}`,
          [tenantId],
        ),
      ),
    }),
  });
}

/** Level 3: what people would have to enter into the ledger, and why. It changes nothing. @param {Open} open */
export function ledgerEntriesRepair(open) {
  return repairJob({
    ...{ key: "repair_ledger_entries", version: 1, level: 3, open },
    plan: async (tx, tenantId) => {
      const found = await tx`SELECT i.id, i.number, l.lines::int, c.charged::int FROM invoices i
        CROSS JOIN LATERAL (SELECT coalesce(sum(quantity * unit_cents), 0) AS lines FROM invoice_lines WHERE tenant_id = i.tenant_id AND invoice_id = i.id) l
        CROSS JOIN LATERAL (SELECT coalesce(sum(CASE kind WHEN 'charge' THEN amount_cents WHEN 'credit' THEN -amount_cents END), 0) AS charged
          FROM ledger WHERE tenant_id = i.tenant_id AND invoice_id = i.id) c
        WHERE i.tenant_id = ${tenantId} AND l.lines <> c.charged ORDER BY i.number`;
      const entries = found.map((/** @type {any} */ { id, number, lines, charged }) => ({
        invoice_id: id,
        number,
        kind: lines > charged ? "charge" : "credit",
        amount_cents: Math.abs(lines - charged),
      }));
      const rows = entries.map((/** @type {any} */ { invoice_id, kind, amount_cents }) => ({
        ...{ table: "ledger", key: { invoice_id }, before: null },
        after: { kind, amount_cents },
      }));
      if (entries.length === 0) return { rows };
      const risk = "The ledger is only ever added to: an entry that is wrong is answered by another one, never changed.";
      const test = "Afterwards every invoice's lines add up to what its ledger charged, less what it credited.";
      return { rows, plan: { entries: entries.slice(0, 100), risk, test, undo: "an entry of the other kind for the same amount" } };
    },
  });
}

const JOBS = { table: "jobs", key: { id: "uuid" }, columns: { status: "text", tries: "integer", error: "text" } };

/** Dead letters are queued again; what has run since stays as it is when this is taken back. @param {Open} open */
export function replayDeadLettersRepair(open) {
  return rowRepair({
    ...{ key: "repair_replay_dead_letters", version: 1, level: 1, open, shape: JOBS },
    plan: async (tx, tenantId, isLocked) => ({
      rows: asRows(
        JOBS,
        await tx.unsafe(
          `SELECT id, jsonb_build_object('status', status, 'tries', tries, 'error', error) AS before,
            '{"status": "queued", "tries": 0, "error": null}'::jsonb AS after
          FROM jobs WHERE tenant_id = $1::text::uuid AND status = 'dead' ${locking(isLocked, "jobs")}`,
          [tenantId],
        ),
      ),
    }),
  });
}

const DOCUMENTS = { table: "documents", key: { id: "uuid" }, columns: { title: "text", price_cents: "integer" } };

/** Only what follows from the row itself: a price that lost its sign, a title with blanks or control characters around it. @param {Open} open */
export function invalidFieldsRepair(open) {
  return rowRepair({
    ...{ key: "repair_invalid_fields", version: 1, level: 2, open, shape: DOCUMENTS },
    plan: async (tx, tenantId, isLocked) => ({
      rows: asRows(
        DOCUMENTS,
        await tx.unsafe(
          `SELECT id, jsonb_build_object('title', title, 'price_cents', price_cents) AS before,
            jsonb_build_object('title', ${CLEAN}, 'price_cents', abs(price_cents)) AS after
          FROM documents WHERE tenant_id = $1::text::uuid AND (price_cents < 0 OR (title <> ${CLEAN} AND ${CLEAN} <> '')) ${locking(isLocked, "documents")}`,
          [tenantId],
        ),
      ),
    }),
  });
}
const CLEAN = `trim(regexp_replace(title, '[[:cntrl:]]+', ' ', 'g'))`;

const GRANTS = { table: "grants", key: { person: "text", permission: "text" }, columns: { role: "text" } };

/** What no role gives is taken away; nothing is ever given. @param {Open} open */
export function excessPermissionsRepair(open) {
  return rowRepair({
    ...{ key: "repair_excess_permissions", version: 1, level: 2, open, shape: GRANTS },
    plan: async (tx, tenantId, isLocked) => ({
      rows: asRows(
        GRANTS,
        await tx.unsafe(
          `SELECT person, permission, jsonb_build_object('role', role) AS before, NULL::jsonb AS after FROM grants g
          WHERE tenant_id = $1::text::uuid AND NOT EXISTS (SELECT 1 FROM roles r WHERE r.role = g.role AND r.permission = g.permission)
          ${locking(isLocked, "g")}`,
          [tenantId],
        ),
      ),
    }),
  });
}
