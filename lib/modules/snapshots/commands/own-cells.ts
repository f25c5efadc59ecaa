import { sql } from "drizzle-orm";
import type { WriterTx } from "@/db/writer";
import { OWN_PARTS, type PartRows } from "../own-rows";

/**
 * Center's own rows about a tenant, each as JSON text in an order that is always the same.
 * @param only  ids by part: those rows alone
 */
export async function readOwn(tx: WriterTx, tenantId: string, only?: ReadonlyMap<string, readonly string[]>): Promise<PartRows[]> {
  await tx.execute(sql`set local timezone = 'UTC'`);
  const parts: PartRows[] = [];
  for (const { part, saved } of OWN_PARTS) {
    const ids = only ? sql`and id = any (${`{${(only.get(part) ?? []).join(",")}}`}::uuid[])` : sql``;
    const rows = await tx.execute<{ row: string }>(sql`
      select to_jsonb(t)::text as row from (
        select ${sql.raw(saved.join(", "))} from ${sql.raw(part)} where tenant_id = ${tenantId}::uuid ${ids} order by id
      ) t`);
    parts.push({ part, rows: rows.map(({ row }) => row) });
  }
  return parts;
}

const idsOf = (rows: readonly string[]) => rows.map((row) => String((JSON.parse(row) as { id?: unknown }).id));

/** Puts saved choices back over what is there. @returns what is there now of the rows that were saved */
export async function putOwn(tx: WriterTx, tenantId: string, saved: readonly PartRows[], now: Date): Promise<PartRows[]> {
  await tx.execute(sql`set local timezone = 'UTC'`);
  const ids = new Map<string, readonly string[]>();
  for (const { part, restored, later } of OWN_PARTS) {
    const rows = saved.find((one) => one.part === part)?.rows ?? [];
    ids.set(part, idsOf(rows));
    const set = restored.map((column) => `${column} = s.${column}`).join(", ");
    const stamp = sql`updated_at = ${now.toISOString()}::timestamptz`;
    await tx.execute(sql`
      update ${sql.raw(part)} t set ${sql.raw(set)}, ${stamp}
      from jsonb_populate_recordset(null::${sql.raw(part)}, ${`[${rows.join(",")}]`}::jsonb) s where t.tenant_id = ${tenantId}::uuid and t.id = s.id`);
    if (later === null) continue;
    await tx.execute(sql`
      update ${sql.raw(part)} set ${sql.raw(later)}, ${stamp}
      where tenant_id = ${tenantId}::uuid and not id = any (${`{${(ids.get(part) ?? []).join(",")}}`}::uuid[])`);
  }
  return readOwn(tx, tenantId, ids);
}
