import { sql } from "drizzle-orm";
import type { ModuleFinding } from "@/lib/modules/types";
import type { ReaderTx } from "@/lib/platform/scope";
import { judgeDrills, type KeptModule } from "./drills/judge-drills";

/**
 * Modules whose data is saved and of which nobody knows whether it could be restored.
 * @param reader  bound to all tenants
 */
export async function findRestoreFindings(reader: ReaderTx, at: Date): Promise<readonly ModuleFinding[]> {
  const rows = await reader.execute<{
    module_key: string;
    since: string;
    drilled: string | null;
    failed: string | null;
    detail: string | null;
  }>(sql`
    select s.module_key, to_json(min(s.sealed_at))#>>'{}' as since,
      (select to_json(max(d.finished_at))#>>'{}' from restore_drills d where d.module_key = s.module_key and d.is_equal) as drilled,
      (select to_json(max(d.finished_at))#>>'{}' from restore_drills d where d.module_key = s.module_key and not d.is_equal) as failed,
      (select d.detail from restore_drills d where d.module_key = s.module_key and not d.is_equal order by d.finished_at desc limit 1) as detail
    from tenant_snapshots s join module_services m on m.module_key = s.module_key and m.status = 'active'
    where s.sealed_at is not null group by s.module_key`);
  const time = (text: string | null) => (text === null ? null : new Date(text));
  const kept: KeptModule[] = rows.map((row) => ({
    moduleKey: row.module_key,
    since: new Date(row.since),
    drilledAt: time(row.drilled),
    failedAt: time(row.failed),
    detail: row.detail,
  }));
  return judgeDrills(kept, at);
}
