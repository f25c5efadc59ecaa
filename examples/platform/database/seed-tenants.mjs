import { createHash } from "node:crypto";
import { asOwner } from "./migrate.mjs";

const THINGS = ["lamp", "chair", "kettle", "atlas", "anchor", "basket", "compass", "drill", "easel", "funnel", "gasket", "hammer"];
const KINDS = ["oak", "steel", "blue", "folding", "antique"];
const CUSTOMERS = ["Ada Novak", "Brice Colin", "Chen Wei", "Dora Ilić"];
const INVOICES = 12;

/** The same name always has the same id, so that seeding again adds nothing. @param {string} name */
function idOf(name) {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Gives each tenant documents, invoices with their ledger, and people with permissions. What is there already stays as it is.
 * @param {string} ownerUrl of platform_owner
 * @param {readonly { id: string, slug: string, name: string }[]} tenants
 */
export async function seedTenants(ownerUrl, tenants) {
  await asOwner(ownerUrl, async (sql) => {
    for (const tenant of tenants) {
      const [known] = await sql`SELECT 1 FROM platform.documents WHERE tenant_id = ${tenant.id} LIMIT 1`;
      if (!known) await sql.begin((tx) => seedTenant(tx, tenant));
    }
  });
}

/** @param {import("postgres").TransactionSql} tx @param {{ id: string, slug: string, name: string }} tenant */
async function seedTenant(tx, { id: tenantId, slug, name }) {
  await tx`INSERT INTO platform.tenants ${tx({ id: tenantId, slug, name })} ON CONFLICT (id) DO NOTHING`;
  const documents = KINDS.flatMap((kind, row) =>
    THINGS.map((thing, column) => ({
      tenant_id: tenantId,
      id: idOf(`${tenantId}/${kind}/${thing}`),
      title: `${kind} ${thing}`,
      body: `A ${kind} ${thing}, sold by ${name}.`,
      price_cents: 900 + row * 700 + column * 150,
    })),
  );
  await tx`INSERT INTO platform.documents ${tx(documents)}`;
  await tx`INSERT INTO platform.search_index SELECT tenant_id, id, to_tsvector('simple', title || ' ' || body) FROM platform.documents WHERE tenant_id = ${tenantId}`;
  for (let number = 1; number <= INVOICES; number += 1) await seedInvoice(tx, tenantId, number, documents);
  const grants = [
    ...["catalog:read", "invoices:read"].map((permission) => ({
      tenant_id: tenantId,
      person: `clerk@${slug}.example`,
      role: "clerk",
      permission,
    })),
    ...["catalog:read", "catalog:write", "invoices:read", "invoices:write", "exports:make"].map((permission) => ({
      tenant_id: tenantId,
      person: `manager@${slug}.example`,
      role: "manager",
      permission,
    })),
  ];
  await tx`INSERT INTO platform.grants ${tx(grants)}`;
}

/** @param {import("postgres").TransactionSql} tx @param {string} tenantId @param {number} number @param {{ title: string, price_cents: number }[]} documents */
async function seedInvoice(tx, tenantId, number, documents) {
  const id = idOf(`${tenantId}/invoice/${number}`);
  const items = [0, 1, 2].map((line) => documents[(number * 7 + line * 5) % documents.length]);
  const lines = items.map((item, line) => ({
    ...{ tenant_id: tenantId, invoice_id: id, line: line + 1, item: item.title },
    ...{ quantity: 1 + ((number + line) % 3), unit_cents: item.price_cents },
  }));
  const total = lines.reduce((sum, { quantity, unit_cents }) => sum + quantity * unit_cents, 0);
  const paid = number % 3 === 0 ? total : 0;
  const customer = CUSTOMERS[number % CUSTOMERS.length];
  await tx`INSERT INTO platform.invoices ${tx({ tenant_id: tenantId, id, number, customer, total_cents: total, paid_cents: paid })}`;
  await tx`INSERT INTO platform.invoice_lines ${tx(lines)}`;
  const entry = { tenant_id: tenantId, invoice_id: id };
  await tx`INSERT INTO platform.ledger ${tx({ ...entry, id: idOf(`${id}/charge`), kind: "charge", amount_cents: total })}`;
  if (paid > 0) await tx`INSERT INTO platform.ledger ${tx({ ...entry, id: idOf(`${id}/payment`), kind: "payment", amount_cents: paid })}`;
}
