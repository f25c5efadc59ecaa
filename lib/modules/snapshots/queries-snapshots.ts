import { and, asc, desc, eq, inArray, lt, sql } from "drizzle-orm";
import { moduleCommands } from "@/db/schema/modules/modules";
import { snapshotRestores, tenantSnapshots } from "@/db/schema/modules/snapshots";
import type { OrderType } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import type { SnapshotReason, SnapshotRow } from "./types";

/** A snapshot as it stands; null where the transaction may see none. */
export async function readSnapshot(tx: Pick<ReaderTx, "select">, tenantId: string, id: string): Promise<SnapshotRow | null> {
  const [row] = await tx
    .select()
    .from(tenantSnapshots)
    .where(and(eq(tenantSnapshots.tenantId, tenantId), eq(tenantSnapshots.id, id)));
  return row ?? null;
}

/** What somebody waits for; those of the calendar and of rehearsals have time. */
const NEEDED_NOW: readonly SnapshotReason[] = ["before_patch", "before_restore", "by_hand"];

/** Snapshots that are not taken yet: those that somebody waits for first, and the longest waiting of them. */
export function listUnderWay(tx: ReaderTx): Promise<SnapshotRow[]> {
  const isOpen = inArray(tenantSnapshots.status, ["requested", "taking"]);
  const isNeeded = inArray(tenantSnapshots.reason, [...NEEDED_NOW]);
  const inTurn = [desc(isNeeded), asc(tenantSnapshots.requestedAt)];
  return tx
    .select()
    .from(tenantSnapshots)
    .where(isOpen)
    .orderBy(...inTurn)
    .limit(LIMITS.snapshotsMovedAtOnce);
}

/** The parts of a snapshot of all tenants. */
export function listParts(tx: ReaderTx, parentId: string): Promise<SnapshotRow[]> {
  return tx.select().from(tenantSnapshots).where(eq(tenantSnapshots.parentId, parentId));
}

/** Restores that are not over. */
export function listOpenRestores(tx: ReaderTx) {
  const isOpen = inArray(snapshotRestores.status, ["saving", "ordered"]);
  return tx.select().from(snapshotRestores).where(isOpen).orderBy(asc(snapshotRestores.requestedAt)).limit(LIMITS.snapshotsMovedAtOnce);
}

/** The newest order of a type that refers to something; null when none was given. */
export async function readOrderFor(tx: ReaderTx, tenantId: string, ref: string, type: OrderType) {
  const [row] = await tx
    .select()
    .from(moduleCommands)
    .where(and(eq(moduleCommands.tenantId, tenantId), eq(moduleCommands.ref, ref), eq(moduleCommands.type, type)))
    .orderBy(desc(moduleCommands.createdAt))
    .limit(1);
  return row ?? null;
}

/** How many orders of a type refer to something. */
export async function countOrdersFor(tx: ReaderTx, tenantId: string, ref: string, type: OrderType): Promise<number> {
  return tx.$count(moduleCommands, and(eq(moduleCommands.tenantId, tenantId), eq(moduleCommands.ref, ref), eq(moduleCommands.type, type)));
}

/** Snapshots whose time is over, the oldest first. */
export function listExpired(tx: ReaderTx, now: Date): Promise<{ tenantId: string; id: string }[]> {
  return tx
    .select({ tenantId: tenantSnapshots.tenantId, id: tenantSnapshots.id })
    .from(tenantSnapshots)
    .where(and(inArray(tenantSnapshots.status, ["sealed", "failed"]), lt(tenantSnapshots.expiresAt, now)))
    .orderBy(asc(tenantSnapshots.expiresAt))
    .limit(LIMITS.snapshotsExpiredAtOnce);
}

/** Whether there is a chunk that nothing refers to, and has not for a while. */
export async function hasUnusedChunks(tx: ReaderTx, before: Date): Promise<boolean> {
  const rows = await tx.execute(sql`
    select 1 from snapshot_chunks c where c.touched_at < ${before.toISOString()}::timestamptz
      and not exists (select 1 from snapshot_refs r where r.tenant_id = c.tenant_id and r.digest = c.digest) limit 1`);
  return rows.length > 0;
}

/**
 * Of whom and of what a snapshot is due: customers of the platform, for each module that lives and keeps something, and everybody's rows in
 * Center (no module). One that failed is tried again sooner. A module is given few at once, so that one that somebody waits for is soon taken.
 */
export async function listDue(tx: ReaderTx, now: Date): Promise<{ tenant_id: string; module_key: string | null }[]> {
  const ago = (seconds: number) => sql`${new Date(now.getTime() - seconds * 1_000).toISOString()}::timestamptz`;
  const rows = await tx.execute<{ tenant_id: string; module_key: string | null }>(sql`
    with kept as (
      select s.module_key, s.criticality = 'core' as is_core from module_services s join module_service_state t on t.module_id = s.id
      where s.status = 'active' and (s.manifest ->> 'snapshot')::boolean and t.last_seen > ${ago(LIMITS.moduleSilentSeconds)}
      union all select null, true
    ), here as (
      select id from tenants where gone_at is null and leaving_at is null and not is_disabled and id <> '00000000-0000-0000-0000-000000000000'
    ), due as (
    select here.id as tenant_id, kept.module_key, row_number() over (partition by kept.module_key order by here.id) as place
    from here cross join kept
    where (kept.module_key is null or exists (select 1 from modules m where m.tenant_id = here.id and m.is_entitled and (kept.is_core or m.module_key = kept.module_key)))
      and not exists (select 1 from tenant_snapshots x where x.tenant_id = here.id and x.module_key is not distinct from kept.module_key
        and x.requested_at > case when x.status = 'failed' then ${ago(LIMITS.snapshotEverySeconds / 12)} else ${ago(LIMITS.snapshotEverySeconds)} end)
    )
    select tenant_id, module_key from due where module_key is null or place <= ${LIMITS.snapshotsAtModule} - (
      select count(*) from tenant_snapshots w where w.module_key = due.module_key and w.status in ('requested', 'taking'))
    order by 2 nulls first, 1 limit ${LIMITS.snapshotsPlannedAtOnce}`);
  return [...rows];
}
