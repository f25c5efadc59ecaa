import { type SQL, sql } from "drizzle-orm";
import { pluginIncidents } from "@/db/schema/incidents";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import type { Severity } from "@/lib/kernel/severity";
import { PROVING_MODULE } from "@/lib/modules/proving/types";
import { MODULE_FINDING_TYPES } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { containsText, inTenants } from "@/lib/platform/web/page";
import { type Words, wordsHolding } from "../read-words";
import type { Found, SearchKind } from "../types";
import { withinIds } from "./within-ids";

type Row = {
  id: string;
  place: string;
  type: string;
  severity: Severity;
  status: string;
  opened_ms: number;
  tenant_name: string | null;
};

function itemOf(kind: SearchKind, { id, place, type, severity, status, opened_ms, tenant_name }: Row): Found {
  return { kind, id, title: type, detail: place, tenant_name, severity, status, at: new Date(opened_ms).toISOString() };
}

const anyOf = (values: readonly string[]) => sql`any (${`{${values.join(",")}}`})`;
const condition = (scope: TenantScope, column: typeof pluginIncidents.tenantId) => inTenants(column, scope) ?? sql`true`;
const MOST = LIMITS.searchItemsPerKind;

/**
 * Incidents of plugins: by the beginning of their id (an index), of the merchants that were found (an index of each), and, among the newest
 * alone, by plugin or kind of fault.
 */
export async function findIncidents(
  tx: ReaderTx,
  scope: TenantScope,
  words: Words,
  tenantIds: readonly string[],
): Promise<readonly Found[]> {
  if (words.text === "") return [];
  const columns = sql`tenant_id, id, plugin_key as place, type, severity, status, opened_at`;
  const types = wordsHolding(INCIDENT_TYPES, words.text);
  const byId = withinIds(pluginIncidents.id, words);
  const parts: SQL[] = [
    sql`(select ${columns} from (select * from ${pluginIncidents} where ${condition(scope, pluginIncidents.tenantId)}
      order by opened_at desc, id desc limit ${LIMITS.searchNewest}) newest
      where ${containsText(sql`plugin_key`, words.text)} or type = ${anyOf(types)} order by opened_at desc, id desc limit ${MOST})`,
  ];
  if (byId) parts.push(sql`(select ${columns} from ${pluginIncidents} where ${byId} limit ${MOST})`);
  if (tenantIds.length > 0)
    parts.push(sql`(select theirs.* from unnest(${`{${tenantIds.join(",")}}`}::uuid[]) as found (id) cross join lateral
      (select ${columns} from ${pluginIncidents} where tenant_id = found.id order by opened_at desc, id desc limit ${MOST}) theirs)`);
  return read(tx, "incident", parts);
}

/** Incidents of modules: by the beginning of their id, and, among the newest alone, by module or kind of fault. */
export async function findModuleIncidents(tx: ReaderTx, scope: TenantScope, words: Words): Promise<readonly Found[]> {
  if (words.text === "") return [];
  const columns = sql`tenant_id, id, module_key as place, type, severity, status, opened_at`;
  const types = wordsHolding(MODULE_FINDING_TYPES, words.text);
  const byId = withinIds(moduleIncidents.id, words);
  const parts: SQL[] = [
    sql`(select ${columns} from (select * from ${moduleIncidents} where ${inTenants(moduleIncidents.tenantId, scope) ?? sql`true`}
      and module_key <> ${PROVING_MODULE} order by opened_at desc, id desc limit ${LIMITS.searchNewest}) newest
      where ${containsText(sql`module_key`, words.text)} or type = ${anyOf(types)} order by opened_at desc, id desc limit ${MOST})`,
  ];
  if (byId) parts.push(sql`(select ${columns} from ${moduleIncidents} where ${byId} limit ${MOST})`);
  return read(tx, "module_incident", parts);
}

/** The newest of what the parts found, each once, with its merchant's name. */
async function read(tx: ReaderTx, kind: SearchKind, parts: readonly SQL[]): Promise<readonly Found[]> {
  const rows = await tx.execute<Row>(sql`
    select i.id, i.place, i.type, i.severity, i.status, (extract(epoch from i.opened_at) * 1000)::float8 as opened_ms,
      t.name as tenant_name
    from (${sql.join([...parts], sql` union `)}) i left join ${tenants} t on t.id = i.tenant_id
    order by i.opened_at desc, i.id desc limit ${MOST}`);
  return [...rows].map((row) => itemOf(kind, row));
}
