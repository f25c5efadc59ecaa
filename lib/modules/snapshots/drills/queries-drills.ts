import { sql } from "drizzle-orm";
import { moduleCommands } from "@/db/schema/modules/modules";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { OWN_PARTS, type PartRows } from "../own-rows";

/** Rehearsals that modules ended and nobody noted yet. */
export function listEndedDrills(tx: ReaderTx, now: Date) {
  const since = new Date(now.getTime() - 2 * 24 * 3_600_000).toISOString();
  return tx
    .select()
    .from(moduleCommands)
    .where(sql`${moduleCommands.type} = 'snapshot_restore' and ${moduleCommands.payload} -> 'params' ->> 'drill' = 'true'
      and ${moduleCommands.createdAt} > ${since}::timestamptz and ${moduleCommands.status} in ('done', 'failed', 'expired', 'cancelled')
      and not exists (select 1 from restore_drills d where d.tenant_id = ${moduleCommands.tenantId} and d.id = ${moduleCommands.id})`)
    .limit(LIMITS.snapshotsMovedAtOnce);
}

/** Of each module that keeps something (and of Center's own rows) the newest snapshot of whoever was rehearsed longest ago, where that is due. */
export async function listDueDrills(tx: ReaderTx, now: Date) {
  const since = new Date(now.getTime() - LIMITS.drillEverySeconds * 1_000).toISOString();
  return tx.execute<{ tenant_id: string; id: string; module_key: string | null; taken_at: Date }>(sql`
    select distinct on (s.module_key) s.tenant_id, s.id, s.module_key, s.taken_at
    from (select distinct on (tenant_id, module_key) tenant_id, id, module_key, taken_at from tenant_snapshots
      where status = 'sealed' and tenant_id <> '00000000-0000-0000-0000-000000000000' order by tenant_id, module_key, taken_at desc) s
    left join lateral (select max(d.finished_at) as last from restore_drills d where d.tenant_id = s.tenant_id and d.module_key is not distinct from s.module_key) own on true
    where not exists (select 1 from restore_drills d where d.module_key is not distinct from s.module_key and d.finished_at > ${since}::timestamptz)
      and not exists (select 1 from module_commands c where c.type = 'snapshot_restore' and c.module_key = s.module_key
        and c.payload -> 'params' ->> 'drill' = 'true' and c.created_at > ${since}::timestamptz)
      and (s.module_key is null or exists (select 1 from module_services m where m.module_key = s.module_key and m.status = 'active'))
    order by s.module_key, own.last nulls first, s.tenant_id`);
}

/** Puts saved rows of Center's own into scratch records of their tables' types and reads them back. Nothing is written. */
export async function rehearseOwn(tx: ReaderTx, saved: readonly PartRows[]): Promise<PartRows[]> {
  await tx.execute(sql`set local timezone = 'UTC'`);
  const parts: PartRows[] = [];
  for (const { part, saved: columns } of OWN_PARTS) {
    const given = saved.find((one) => one.part === part)?.rows ?? [];
    const rows = await tx.execute<{ row: string }>(sql`
      select to_jsonb(t)::text as row from (
        select ${sql.raw(columns.join(", "))} from jsonb_populate_recordset(null::${sql.raw(part)}, ${`[${given.join(",")}]`}::jsonb) order by id
      ) t`);
    parts.push({ part, rows: rows.map(({ row }) => row) });
  }
  return parts;
}
