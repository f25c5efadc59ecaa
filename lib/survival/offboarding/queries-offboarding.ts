import { and, desc, eq, gt, inArray, isNotNull, ne, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { auditEntries } from "@/db/schema/spine";
import { tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { openIdentitiesWithin } from "@/lib/audit/identities/open-identities";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { containsText, inTenants } from "@/lib/platform/web/page";
import { offboardingDigest, type Standing, standingOf } from "./standing";

const TIMES = { askedForMs: LIMITS.looseningLifeSeconds * 1_000, graceMs: LIMITS.offboardingGraceHours * 3_600_000 };

export const leavingQuery = z.strictObject({ q: z.string().min(1).max(100).optional() });

const columns = {
  tenant: tenants,
  isKeyDestroyed: sql<boolean>`exists (select 1 from tenant_keys k where k.tenant_id = ${tenants.id} and k.destroyed_at is not null)`,
};
type Row = { tenant: typeof tenants.$inferSelect; isKeyDestroyed: boolean };

const instant = (at: Date | null) => at?.toISOString() ?? null;

function standingIn({ tenant, isKeyDestroyed }: Row, now: Date): Standing {
  return standingOf({ ...tenant, isKeyDestroyed }, TIMES, now);
}

function leavingItem(row: Row, now: Date) {
  const { tenant } = row;
  const { state, lapsesAt, erasedFrom, mayStay } = standingIn(row, now);
  return {
    id: tenant.id,
    slug: tenant.slug,
    name: tenant.name,
    state,
    asked_by: state === "staying" ? null : tenant.leavingAskedBy,
    asked_at: state === "staying" ? null : instant(tenant.leavingAskedAt),
    lapses_at: instant(lapsesAt),
    leaving_at: instant(tenant.leavingAt),
    erased_from: instant(erasedFrom),
    gone_at: instant(tenant.goneAt),
    may_stay: mayStay,
    /** What a second factor is shown for. */
    digest: offboardingDigest(tenant.id, tenant.slug),
  };
}

const merchantsOf = (scope: TenantScope): SQL | undefined => and(ne(tenants.id, PLATFORM_TENANT), inTenants(tenants.id, scope));

/** Tenants on their way out and those that are gone, the nearest erasing first; with `q` those that stay and match it, too. */
export async function listLeaving(scope: TenantScope, { q }: z.output<typeof leavingQuery>, now: Date) {
  const rows = await read(scope, async (tx) => {
    // A question that lapsed takes no place among those that are shown.
    const leaving = or(isNotNull(tenants.leavingAt), gt(tenants.leavingAskedAt, new Date(now.getTime() - TIMES.askedForMs)));
    const found = q === undefined ? undefined : containsText(sql`${tenants.slug} || ' ' || ${tenants.name}`, q);
    return Promise.all([
      tx
        .select(columns)
        .from(tenants)
        .where(and(merchantsOf(scope), leaving))
        .orderBy(sql`${tenants.goneAt} desc nulls first, ${tenants.leavingAt} nulls last`)
        .limit(LIMITS.pageSizeDefault),
      found === undefined
        ? []
        : tx
            .select(columns)
            .from(tenants)
            .where(and(merchantsOf(scope), found))
            .orderBy(tenants.name)
            .limit(LIMITS.offboardingFound),
    ]);
  });
  const [leaving, found] = rows.map((some) => some.map((row: Row) => leavingItem(row, now)));
  return { items: (leaving ?? []).filter(({ state }) => state !== "staying"), found: found ?? [] };
}

/** Tables whose rows go with a tenant, as erase_tenant_rows() finds them; the reader cannot count in what it may not read. */
async function readTables(tx: ReaderTx) {
  return tx.execute<{ name: string; is_open: boolean }>(sql`
    select c.relname::text as name, has_table_privilege(c.oid, 'SELECT') as is_open
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname not in ('audit_entries', 'tenant_keys')
    order by c.relname`);
}

/** How many rows of each table would go now: counted up to a bound. */
async function countRows(tx: ReaderTx, tenantId: string) {
  const tables = await readTables(tx);
  const open = tables.filter(({ is_open }) => is_open);
  const counts = open.map(
    ({ name }) =>
      sql`select ${name}::text as name, (select count(*)::int from (select 1 from ${sql.identifier(name)} where tenant_id = ${tenantId} limit ${LIMITS.offboardingCounted + 1}) n) as rows`,
  );
  const rows = await tx.execute<{ name: string; rows: number }>(sql.join(counts, sql` union all `));
  const filled = rows.filter((row) => row.rows > 0);
  return {
    tables: filled.map((row) => ({
      table: row.name,
      rows: Math.min(row.rows, LIMITS.offboardingCounted),
      is_more: row.rows > LIMITS.offboardingCounted,
    })),
    uncounted: tables.filter(({ is_open }) => !is_open).map(({ name }) => name),
  };
}

/** Why each of the two wants it, newest first: the second one judges the first one's reason. */
async function readReasons(tx: ReaderTx, tenantId: string) {
  const { actor, command, reason, at } = auditEntries;
  const rows = await tx
    .select({ actor, command, reason, at })
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.subject, `tenant:${tenantId}`),
        eq(auditEntries.outcome, "done"),
        inArray(command, ["tenant.offboard", "tenant.stay"]),
      ),
    )
    .orderBy(desc(at))
    .limit(LIMITS.offboardingSaid);
  const said = rows.map((row) => ({ by: row.actor, did: row.command, reason: row.reason ?? "", at: row.at.toISOString() }));
  return openIdentitiesWithin(tx, said);
}

/** One tenant on its way out or not: what would go, what stays, and who said what. Null where there is none. */
export async function readLeaving(scope: TenantScope, tenantId: string, now: Date) {
  return read(scope, async (tx) => {
    const [row] = await tx
      .select(columns)
      .from(tenants)
      .where(and(merchantsOf(scope), eq(tenants.id, tenantId)));
    if (!row) return null;
    const { tables, uncounted } = await countRows(tx, tenantId);
    const [kept] = await tx.execute<{ entries: number }>(
      sql`select count(*)::int as entries from audit_entries where tenant_id = ${tenantId}`,
    );
    return {
      ...leavingItem(row, now),
      goes: tables,
      goes_uncounted: uncounted,
      stays: { audit_entries: kept?.entries ?? 0 },
      said: await readReasons(tx, tenantId),
      grace_hours: LIMITS.offboardingGraceHours,
      ask_hours: LIMITS.looseningLifeSeconds / 3_600,
    };
  });
}
