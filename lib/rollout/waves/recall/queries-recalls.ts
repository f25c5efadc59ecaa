import { and, desc, eq, sql } from "drizzle-orm";
import { isMeant, releaseRecalls } from "@/db/schema/rollout";
import type { TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";

type RecallRow = typeof releaseRecalls.$inferSelect;

type Item = {
  plugin_id: string;
  tenant_id: string;
  tenant_name: string;
  state: string;
  to_version: string | null;
  why: string | null;
  running_version: string;
};

/** How far a pulled version has been taken back: orders by state, and what beats say still runs it. */
async function progressOf(tx: ReaderTx, row: RecallRow) {
  const [counts] = await tx.execute<{ waiting: number; undoing: number; undone: number; needs_person: number }>(sql`
    select count(*) filter (where state = 'waiting')::int as waiting, count(*) filter (where state = 'undoing')::int as undoing,
      count(*) filter (where state = 'undone')::int as undone, count(*) filter (where state = 'needs_person')::int as needs_person
    from recall_items where recall_id = ${row.id}`);
  const [left] = await tx.execute<{ left: number }>(sql`
    select count(*)::int as left from plugins p join plugin_state s on s.tenant_id = p.tenant_id and s.plugin_id = p.id
    where p.plugin_key = ${row.pluginKey} and p.status = 'active' and (s.running_version = ${row.version} or s.disk_version = ${row.version}) and ${isMeant(row)}`);
  const items = await tx.execute<Item>(sql`
    select i.plugin_id, i.tenant_id, t.name as tenant_name, i.state, i.to_version, i.why, s.running_version from recall_items i
    join tenants t on t.id = i.tenant_id join plugin_state s on s.tenant_id = i.tenant_id and s.plugin_id = i.plugin_id
    where i.recall_id = ${row.id} and i.state <> 'undone' order by i.state, t.name, i.plugin_id limit ${LIMITS.rolloutMembersShown}`);
  return { ...(counts ?? { waiting: 0, undoing: 0, undone: 0, needs_person: 0 }), left_on_bad: left?.left ?? 0, items: [...items] };
}

async function recallItem(tx: ReaderTx, row: RecallRow) {
  return {
    id: row.id,
    kind: row.kind,
    release_id: row.releaseId,
    rollout_id: row.rolloutId,
    plugin_key: row.pluginKey,
    version: row.version,
    reason: row.reason,
    ordered_by: row.orderedBy,
    at: row.at.toISOString(),
    cleared_at: row.clearedAt?.toISOString() ?? null,
    ...(await progressOf(tx, row)),
  };
}

/** The newest recalls and aborts with how far they are; the platform's own, so only who acts for all tenants sees any. */
export async function listRecalls(scope: TenantScope) {
  const items = await read(scope, async (tx) => {
    const rows = await tx
      .select()
      .from(releaseRecalls)
      .orderBy(desc(releaseRecalls.at), desc(releaseRecalls.id))
      .limit(LIMITS.pageSizeDefault);
    const shown: Awaited<ReturnType<typeof recallItem>>[] = [];
    for (const row of rows) shown.push(await recallItem(tx, row));
    return shown;
  });
  return { items, next_cursor: null };
}

/** The recall or abort of a release or rollout that was ordered last, or null. */
export async function readRecallOf(tx: ReaderTx, releaseId: string) {
  const where = and(eq(releaseRecalls.tenantId, PLATFORM_TENANT), eq(releaseRecalls.releaseId, releaseId));
  const [row] = await tx.select().from(releaseRecalls).where(where).orderBy(desc(releaseRecalls.at), desc(releaseRecalls.id)).limit(1);
  return row ? recallItem(tx, row) : null;
}

/** A recall by its id, or null. */
export async function readRecall(scope: TenantScope, recallId: string) {
  return read(scope, async (tx) => {
    const [row] = await tx.select().from(releaseRecalls).where(eq(releaseRecalls.id, recallId));
    return row ? recallItem(tx, row) : null;
  });
}
