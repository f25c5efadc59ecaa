import { type SQL, sql } from "drizzle-orm";
import { autopatchAttempts } from "@/db/schema/delivery";
import { pluginIncidents } from "@/db/schema/incidents";
import { pluginState } from "@/db/schema/telemetry";
import { plugins, tenants } from "@/db/schema/tenants";
import type { IncidentType } from "@/lib/detection/types";
import type { IncidentStatus } from "@/lib/incidents/types";
import { SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import { SEVERITIES, type Severity } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { containsText, inTenants } from "@/lib/platform/web/page";
import type { AttemptStatus } from "@/lib/rollout/types";
import type { TenantScope } from "../types";
import { encodeFleetCursor, type FleetQuery } from "./fleet-query";

type Row = {
  id: string;
  tenant_id: string;
  tenant_name: string;
  plugin_key: string;
  version: string;
  status: "active" | "revoked";
  running_version: string | null;
  disk_version: string | null;
  seen_ms: number | null;
  fail_rate: number | null;
  incident: { id: string; type: IncidentType; severity: Severity; status: IncidentStatus } | null;
  attempt: {
    id: string;
    incident_id: string;
    status: AttemptStatus;
    method: string;
    from_version: string;
    to_version: string | null;
  } | null;
  sort_key: string;
};

/** Seconds without a beat after which a plugin is late, and after which it is silent: the rule `silence` without a probe. */
const LATE_SECONDS = LIMITS.heartbeatSeconds + LIMITS.heartbeatGraceSeconds;
const SILENT_SECONDS = LATE_SECONDS + LIMITS.heartbeatSeconds;

/** The gravest open incident of each plugin, and whether any of them waits for a person. */
const openIncidents = sql`
  select distinct on (tenant_id, plugin_id) tenant_id, plugin_id, id, type, severity, status,
    bool_or(status in ('awaiting_approval', 'escalated')) over (partition by tenant_id, plugin_id) as needs_person
  from ${pluginIncidents} where status not in ('resolved', 'closed')
  order by tenant_id, plugin_id, array_position(${`{${SEVERITIES.join(",")}}`}::text[], severity) desc, opened_at desc`;

/** Every plugin of a scope with its newest word, its gravest open incident, its attempt under way, and its key in each order. */
function fleetOf(scope: TenantScope, now: Date): SQL {
  const at = sql`${now.toISOString()}::timestamptz`;
  return sql`
    select ${plugins.id}, ${plugins.tenantId}, ${tenants.name} as tenant_name, ${tenants.slug} as tenant_slug, ${plugins.pluginKey},
      ${plugins.version}, ${plugins.status}, s.running_version, s.disk_version, s.last_seen, s.telemetry,
      coalesce(s.running_version, ${plugins.version}) as runs,
      i.id as incident_id, i.type as incident_type, i.severity, i.status as incident_status, coalesce(i.needs_person, false) as needs_person,
      a.id as attempt_id, a.incident_id as attempt_incident_id, a.status as attempt_status, a.method, a.from_version, a.to_version,
      case when s.last_seen is null then 'unknown'
        when s.last_seen >= ${at} - make_interval(secs => ${LATE_SECONDS}) then 'online'
        when s.last_seen >= ${at} - make_interval(secs => ${SILENT_SECONDS}) then 'late' else 'silent' end as presence
    from ${plugins} join ${tenants} on ${tenants.id} = ${plugins.tenantId}
      left join ${pluginState} s on s.tenant_id = ${plugins.tenantId} and s.plugin_id = ${plugins.id}
      left join (${openIncidents}) i on i.tenant_id = ${plugins.tenantId} and i.plugin_id = ${plugins.id}
      left join ${autopatchAttempts} a on a.tenant_id = ${plugins.tenantId} and a.plugin_id = ${plugins.id} and a.phase <> 'done'
    where ${inTenants(plugins.tenantId, scope) ?? sql`true`}`;
}

/** What a row is ordered by, and the type that its text is compared as. Trouble is one digit before the name: 0 worst. */
const ORDERS: Readonly<Record<string, { readonly key: SQL; readonly type: SQL }>> = {
  worst: {
    key: sql`case when status = 'revoked' then '8' when severity = 'critical' then '0' when severity = 'high' then '1' when severity = 'medium' then '2'
      when severity = 'low' then '3' when presence = 'silent' then '4' when presence = 'late' then '5' when presence = 'unknown' then '6'
      else '7' end || lower(tenant_name)`,
    type: sql`text`,
  },
  quiet: { key: sql`coalesce(extract(epoch from last_seen) * 1000000, 0)::bigint`, type: sql`bigint` },
  merchant: { key: sql`lower(tenant_name)`, type: sql`text` },
  version: {
    key: sql`coalesce(string_to_array(substring(runs from '^\\d{1,9}(?:\\.\\d{1,9}){0,3}'), '.')::int[], '{}')`,
    type: sql`int[]`,
  },
};

function orderOf(sort: FleetQuery["sort"]) {
  const order = ORDERS[sort.replace("-", "")];
  if (!order) throw new RangeError(`there is no order ${sort}`);
  return { ...order, isReversed: sort.startsWith("-") };
}

function wordsIn(column: SQL, words: readonly string[]): SQL {
  return sql`${column} = any (${`{${words.join(",")}}`}::text[])`;
}

function matching(query: FleetQuery): SQL {
  const { key, type, isReversed } = orderOf(query.sort);
  const { cursor } = query;
  const beyond = isReversed ? sql`<` : sql`>`;
  const conditions = [
    wordsIn(sql`status`, query.status),
    query.presence && wordsIn(sql`presence`, query.presence),
    query.incident === "open" ? sql`incident_id is not null` : undefined,
    query.incident === "person" ? sql`needs_person` : undefined,
    query.tenant_id && sql`tenant_id = ${query.tenant_id}::uuid`,
    query.plugin_key && sql`plugin_key = ${query.plugin_key}`,
    query.version && sql`runs = ${query.version}`,
    query.q && containsText(sql`plugin_key || ' ' || tenant_slug || ' ' || tenant_name || ' ' || id::text`, query.q),
    cursor && sql`(${key}, id) ${beyond} (${cursor.key}::${type}, ${cursor.id}::uuid)`,
  ];
  return sql.join(
    conditions.filter((condition): condition is SQL => typeof condition === "object"),
    sql` and `,
  );
}

function selectRows(tx: ReaderTx, scope: TenantScope, query: FleetQuery, now: Date): Promise<Iterable<Row>> {
  const { key, isReversed } = orderOf(query.sort);
  const direction = isReversed ? sql`desc` : sql`asc`;
  return tx.execute<Row>(sql`
    select id, tenant_id, tenant_name, plugin_key, version, status, running_version, disk_version,
      (extract(epoch from last_seen) * 1000)::float8 as seen_ms, (telemetry ->> 'webhook_fail_rate')::float8 as fail_rate,
      case when incident_id is not null then jsonb_build_object('id', incident_id, 'type', incident_type, 'severity', severity,
        'status', incident_status) end as incident,
      case when attempt_id is not null then jsonb_build_object('id', attempt_id, 'incident_id', attempt_incident_id, 'status', attempt_status,
        'method', method, 'from_version', from_version, 'to_version', to_version) end as attempt,
      (${key})::text as sort_key
    from (${fleetOf(scope, now)}) fleet where ${matching(query)}
    order by ${key} ${direction}, id ${direction} limit ${query.limit + 1}`);
}

type Counts = Record<"total" | "online" | "late" | "silent" | "unknown" | "sick" | "needs_person" | "changing" | "open_incidents", number>;

/** How many active plugins of a scope are in which state, those of the sandbox aside, and how many incidents are open on them. */
async function countFleet(tx: ReaderTx, scope: TenantScope, now: Date): Promise<Counts> {
  const [counts] = await tx.execute<Counts>(sql`
    select count(*)::int as total, count(*) filter (where presence = 'online')::int as online,
      count(*) filter (where presence = 'late')::int as late, count(*) filter (where presence = 'silent')::int as silent,
      count(*) filter (where presence = 'unknown')::int as unknown, count(incident_id)::int as sick,
      count(*) filter (where needs_person)::int as needs_person, count(attempt_id)::int as changing,
      (select count(*)::int from ${pluginIncidents} where status not in ('resolved', 'closed')) as open_incidents
    from (${fleetOf(scope, now)}) fleet where status = 'active' and tenant_id <> ${SANDBOX_TENANT}`);
  if (!counts) throw new Error("counting gave no row");
  return counts;
}

function fleetItem({ seen_ms, sort_key: _key, ...row }: Row) {
  return { ...row, last_seen: seen_ms === null ? null : new Date(seen_ms).toISOString() };
}

/** A page of the fleet in one of its orders, and the state of all of it. */
export async function listFleet(scope: TenantScope, query: FleetQuery, now: Date) {
  return read(scope, async (tx) => {
    const rows = [...(await selectRows(tx, scope, query, now))];
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    const next = rows.length > query.limit && last ? encodeFleetCursor({ sort: query.sort, key: last.sort_key, id: last.id }) : null;
    return { items: shown.map(fleetItem), next_cursor: next, counts: await countFleet(tx, scope, now) };
  });
}
