import { sql } from "drizzle-orm";
import { groupBy } from "@/lib/kernel/group-by";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { findAnomalies, type ToldStreams } from "./find-anomalies";

interface Row extends Record<string, unknown> {
  readonly tenant_id: string;
  readonly module_key: string;
  readonly raised: ToldStreams["raised"];
  readonly heard: ToldStreams["heard"];
  readonly calm_until: string | null;
}

/** Rows in which something is raised, or of which an incident speaks that the detectors had a word in. */
async function readTold(reader: ReaderTx): Promise<ToldStreams[]> {
  const rows = await reader.execute<Row>(sql`
    select s.tenant_id, m.module_key, s.raised, s.heard, s.calm_until from module_streams s
      join module_services m on m.id = s.module_id and m.status = 'active'
    where s.raised <> '[]'::jsonb or exists (
      select 1 from module_incidents i where i.tenant_id = s.tenant_id and i.module_key = m.module_key
        and i.status not in ('resolved', 'closed') and exists (select 1 from unnest(i.rules) as rule where rule like 'streams/%'))`);
  return rows.map(({ tenant_id: tenantId, module_key: moduleKey, raised, heard, calm_until: calm }) => ({
    ...{ tenantId, moduleKey, raised, heard, calmUntil: calm === null ? null : new Date(calm) },
  }));
}

/** How many tenants of each of these modules were heard lately. */
async function readHeardTenants(reader: ReaderTx, keys: readonly string[], at: Date): Promise<ReadonlyMap<string, number>> {
  if (keys.length === 0) return new Map();
  const since = new Date(at.getTime() - LIMITS.moduleHeardSeconds * 1_000).toISOString();
  const rows = await reader.execute<{ module_key: string; heard: number }>(sql`
    select m.module_key, count(*)::int as heard from module_streams s join module_services m on m.id = s.module_id
    where m.module_key in (${sql.join(
      keys.map((key) => sql`${key}`),
      sql`, `,
    )}) and s.tenant_id <> ${PLATFORM_TENANT} and s.taken_at >= ${since}::timestamptz group by 1`);
  return new Map(rows.map((row) => [row.module_key, row.heard]));
}

/**
 * What the detectors find unusual about modules' measures now, and of what they know nothing. Two questions, whatever there is.
 * @param reader  bound to all tenants
 */
export async function findStreamFindings(reader: ReaderTx, at: Date): Promise<ReturnType<typeof findAnomalies>> {
  const told = await readTold(reader);
  const many = [...groupBy(told, ({ moduleKey }) => moduleKey)].filter(([, rows]) => rows.length >= LIMITS.moduleMoneyTenants);
  return findAnomalies(
    told,
    await readHeardTenants(
      reader,
      many.map(([key]) => key),
      at,
    ),
    at,
  );
}
