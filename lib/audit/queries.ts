import { and, desc, eq, gte, lte, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { auditEntries } from "@/db/schema/spine";
import type { TenantScope } from "@/lib/access/types";
import { read } from "@/lib/platform/scope";
import { afterPlace, containsText, instantParameter, pageOf, pageParameters } from "@/lib/platform/web/page";
import { aliasesContaining, aliasOf, type FoundPeople, openIdentities } from "./identities/open-identities";

/** Filters of the audit log; from and to bound `at`, both inclusive. */
export const auditFilters = {
  /** Place in the log, from 0. */
  seq: z
    .string()
    .regex(/^(0|[1-9]\d{0,15})$/, "a whole number")
    .transform(Number)
    .optional(),
  tenant_id: z.uuid().toLowerCase().optional(),
  actor: z.string().min(1).max(200).optional(),
  command: z.string().min(1).max(100).optional(),
  subject: z.string().min(1).max(200).optional(),
  outcome: z.enum(["done", "refused"]).optional(),
  from: instantParameter.optional(),
  to: instantParameter.optional(),
  q: z.string().min(1).max(100).optional(),
} as const;
const filtersSchema = z.strictObject(auditFilters);
export type AuditFilters = z.output<typeof filtersSchema>;

export const auditQuery = z.strictObject({
  ...pageParameters,
  ...auditFilters,
  /** One entry, sealed or not. */
  id: z.uuid().optional(),
  /** `row`: without what was before and after, which is most of an entry. */
  view: z.literal("row").optional(),
});
export type AuditQuery = z.output<typeof auditQuery>;

/** People are found by their words, which the log itself does not hold. */
function contains(text: string, { aliases }: FoundPeople): SQL | undefined {
  const { actor, onBehalfOf, command, subject, reason, traceId } = auditEntries;
  const people = sql`${`{${aliases.map((alias) => `"%~${alias}%"`).join(",")}}`}::text[]`;
  const named = [actor, onBehalfOf, subject, reason].map((column) => sql`${column} like any (${people})`);
  return or(
    ...[actor, onBehalfOf, command, subject, reason, traceId].map((column) => containsText(column, text)),
    ...(aliases.length > 0 ? named : []),
  );
}

async function byActor(actor: string): Promise<SQL | undefined> {
  const alias = await aliasOf(actor.replace(/^person:/, ""));
  const names = [actor, `person:${actor}`, ...(alias === null ? [] : [`person:~${alias}`])];
  return or(...names.map((name) => eq(auditEntries.actor, name)));
}

/** The filters as a condition. Row security leaves entries of other tenants out, and global ones to who sees all tenants. */
export async function matching(filters: AuditFilters, found?: FoundPeople): Promise<SQL | undefined> {
  const { seq, tenant_id, actor, command, subject, outcome, from, to, q } = filters;
  return and(
    seq === undefined ? undefined : eq(auditEntries.seq, seq),
    tenant_id === undefined ? undefined : eq(auditEntries.tenantId, tenant_id),
    actor === undefined ? undefined : await byActor(actor),
    command === undefined ? undefined : eq(auditEntries.command, command),
    subject === undefined ? undefined : eq(auditEntries.subject, subject),
    outcome === undefined ? undefined : eq(auditEntries.outcome, outcome),
    from === undefined ? undefined : gte(auditEntries.at, from),
    to === undefined ? undefined : lte(auditEntries.at, to),
    q === undefined ? undefined : contains(q, found ?? (await aliasesContaining(q))),
  );
}

function auditItem(entry: typeof auditEntries.$inferSelect) {
  return {
    seq: entry.seq,
    id: entry.id,
    at: entry.at.toISOString(),
    tenant_id: entry.tenantId,
    actor: entry.actor,
    on_behalf_of: entry.onBehalfOf,
    command: entry.command,
    outcome: entry.outcome,
    subject: entry.subject,
    before: entry.before,
    after: entry.after,
    reason: entry.reason,
    trace_id: entry.traceId,
    leaf_hash: entry.leafHash?.toString("hex") ?? null,
  };
}

async function pageWhere(query: AuditQuery) {
  const one = query.id === undefined ? undefined : eq(auditEntries.id, query.id);
  const found = query.q === undefined ? { aliases: [], isCut: false } : await aliasesContaining(query.q);
  const where = and(await matching(query, found), one, afterPlace(auditEntries.at, auditEntries.id, query.cursor));
  return { where, morePeople: found.isCut };
}

/** A page of the audit log within a scope, newest first; `more_people` when `q` fits more of them than are looked for. */
export async function listAudit(scope: TenantScope, query: AuditQuery) {
  const { where, morePeople } = await pageWhere(query);
  const rows = await read(scope, (tx) =>
    tx
      .select()
      .from(auditEntries)
      .where(where)
      .orderBy(desc(auditEntries.at), desc(auditEntries.id))
      .limit(query.limit + 1),
  );
  const page = pageOf(rows, query.limit, auditItem, ({ at, id }) => ({ at, id }));
  return { ...page, items: await openIdentities(page.items), more_people: morePeople };
}

const rowColumns = {
  seq: auditEntries.seq,
  id: auditEntries.id,
  at: auditEntries.at,
  tenant_id: auditEntries.tenantId,
  actor: auditEntries.actor,
  on_behalf_of: auditEntries.onBehalfOf,
  command: auditEntries.command,
  outcome: auditEntries.outcome,
  subject: auditEntries.subject,
};

/** The same page as lists show it. */
export async function listAuditRows(scope: TenantScope, query: AuditQuery) {
  const { where, morePeople } = await pageWhere(query);
  const rows = await read(scope, (tx) =>
    tx
      .select(rowColumns)
      .from(auditEntries)
      .where(where)
      .orderBy(desc(auditEntries.at), desc(auditEntries.id))
      .limit(query.limit + 1),
  );
  const item = (row: (typeof rows)[number]) => ({ ...row, at: row.at.toISOString() });
  const page = pageOf(rows, query.limit, item, ({ at, id }) => ({ at, id }));
  return { ...page, items: await openIdentities(page.items), more_people: morePeople };
}

/** The entry with this id within a scope, by its place in the log; null when it is not there or not sealed yet. */
export async function placeOfEntry(scope: TenantScope, id: string): Promise<number | null> {
  const [row] = await read(scope, (tx) =>
    tx.select({ seq: auditEntries.seq }).from(auditEntries).where(sql`${auditEntries.id} = ${id}::uuid`),
  );
  return row?.seq ?? null;
}
