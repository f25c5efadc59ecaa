import { randomUUID } from "node:crypto";
import { keepInvoices } from "./billing/keep-invoices.mjs";
import { ModuleError } from "./module-error.mjs";

/** @typedef {import("./catalog.mjs").Call} Call */

/** Totals are derived: what counts is the ledger, which is only ever added to. */
const SKEWED = `SELECT i.tenant_id, i.id FROM invoices i LEFT JOIN (
  SELECT tenant_id, invoice_id, sum(CASE kind WHEN 'charge' THEN amount_cents WHEN 'credit' THEN -amount_cents ELSE 0 END) AS total,
    sum(CASE kind WHEN 'payment' THEN amount_cents ELSE 0 END) AS paid FROM ledger GROUP BY tenant_id, invoice_id) l
  ON l.tenant_id = i.tenant_id AND l.invoice_id = i.id WHERE i.total_cents <> coalesce(l.total, 0) OR i.paid_cents <> coalesce(l.paid, 0)`;

/** @param {import("./catalog.mjs").Surroundings & { db: import("../database/open-database.mjs").Database }} surroundings @returns {import("./catalog.mjs").PlatformModule} */
export function billingModule({ watch, db }) {
  return {
    declaration: {
      key: "billing",
      title: "Billing",
      version: "4.1.2",
      namespace: "billing",
      criticality: "standard",
      flags: { reminders: { default: true }, payments: { default: true, critical: true } },
      quotas: { invoices: { limit: 120, windowSeconds: 60 } },
      dependencies: ["catalog"],
      invariants: [{ id: "totals_match_ledger", level: 2, check: () => totalsMatchLedger(watch) }],
      actions: { degrade: () => ({ reminders: "off" }), undegrade: () => ({ reminders: "on" }) },
      snapshot: keepInvoices(db),
    },
    routes: [
      { method: "GET", path: /^invoices$/, surface: "tenant", handle: list },
      { method: "POST", path: /^invoices$/, surface: "tenant", write: true, handle: charge },
      { method: "POST", path: /^invoices\/([0-9a-f-]{36})\/pay$/, surface: "tenant", write: true, handle: pay },
    ],
  };
}

/** Refuses to show money that does not add up. @param {Call} call */
async function list({ db, tenantId }) {
  return db.read(tenantId, async (tx) => {
    const skewed = await tx.unsafe(SKEWED);
    if (skewed.length > 0) {
      throw new ModuleError("ERR_INVOICE_SKEWED", `${skewed.length} invoices do not match their ledger`);
    }
    return tx`SELECT id, number, customer, total_cents::int, paid_cents::int FROM invoices ORDER BY number DESC LIMIT 50`;
  });
}

/** @param {Call} call */
async function charge({ tenantId, agent, traceId, body }) {
  if (!agent.takeQuota("invoices", tenantId)) throw new ModuleError("WARN_QUOTA_EXCEEDED", "Too many invoices within a minute", 429);
  const { customer = "Walk-in", item = "service", quantity = 1, unit_cents: unit = 1_000 } = parse(body);
  if (!Number.isSafeInteger(quantity * unit) || quantity * unit <= 0)
    throw new ModuleError("ERR_INVALID_FIELDS", "An invoice charges something", 422);
  const id = randomUUID();
  await agent.governedWrite(
    tenantId,
    `invoice to ${customer}`,
    async (/** @type {any} */ tx) => {
      const [{ next }] = await tx`SELECT coalesce(max(number), 0) + 1 AS next FROM invoices`;
      const own = { tenant_id: tenantId, invoice_id: id };
      await tx`INSERT INTO invoices ${tx({ tenant_id: tenantId, id, number: next, customer, total_cents: quantity * unit })}`;
      await tx`INSERT INTO invoice_lines ${tx({ ...own, line: 1, item, quantity, unit_cents: unit })}`;
      await tx`INSERT INTO ledger ${tx({ ...own, id: randomUUID(), kind: "charge", amount_cents: quantity * unit })}`;
    },
    { traceId },
  );
  agent.metric("metered_units", tenantId, quantity, { trace_id: traceId });
  agent.metric("billed_units", tenantId, quantity, { trace_id: traceId });
  return { id, total_cents: quantity * unit };
}

/** @param {Call} call */
async function pay({ tenantId, agent, traceId, params }) {
  if (!agent.isEnabled("payments", tenantId)) throw new ModuleError("ERR_MODULE_OFF", "Payments are switched off", 503);
  const pay = async (/** @type {any} */ tx) => {
    const [invoice] = await tx`SELECT total_cents - paid_cents AS due FROM invoices WHERE id = ${params[0]} FOR UPDATE`;
    if (!invoice) throw new ModuleError("ERR_NOT_FOUND", "No such invoice", 404);
    const due = Number(invoice.due);
    if (due <= 0) return { paid_cents: 0 };
    const entry = { tenant_id: tenantId, id: randomUUID(), invoice_id: params[0], kind: "payment", amount_cents: due };
    await tx`INSERT INTO ledger ${tx(entry)}`;
    await tx`UPDATE invoices SET paid_cents = paid_cents + ${due} WHERE id = ${params[0]}`;
    return { paid_cents: due };
  };
  return agent.governedWrite(tenantId, "payment", pay, { traceId });
}

/** @param {Buffer} body @returns {any} */
function parse(body) {
  try {
    return JSON.parse(body.toString("utf8") || "{}");
  } catch {
    throw new ModuleError("ERR_INVALID_FIELDS", "The body is no JSON", 400);
  }
}

/** @param {import("postgres").Sql} watch */
async function totalsMatchLedger(watch) {
  const skewed = await watch.unsafe(SKEWED);
  const tenants = new Set(skewed.map(({ tenant_id: tenantId }) => tenantId)).size;
  return {
    ok: skewed.length === 0,
    count: skewed.length,
    detail: skewed.length === 0 ? "" : `${skewed.length} invoices of ${tenants} tenants (ERR_INVOICE_SKEWED)`,
  };
}
