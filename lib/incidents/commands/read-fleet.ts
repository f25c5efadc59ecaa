import { and, eq, gt, sql } from "drizzle-orm";
import { fleetIncidents } from "@/db/schema/incidents";
import type { WriterTx } from "@/db/writer";
import { SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import type { SEVERITIES } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import type { FleetInput } from "../fleet/group-fleet";
import type { FleetPlace, KinCount, LiveFleet, Suspect } from "../fleet/types";

type AnyTx = Pick<ReaderTx | WriterTx, "select" | "execute">;

/** What a plugin says of the shop system that it runs in, as one word; empty where it says nothing. */
const PLATFORM = sql`coalesce(concat_ws(' ', s.platform ->> 'name', s.platform ->> 'version'), '')`;
const RUNTIME = sql`coalesce(s.platform ->> 'runtime', '')`;

interface LiveRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly kind: LiveFleet["kind"];
  readonly signature: string;
  readonly plugin_key: string | null;
  readonly version: string | null;
  readonly cohort: string;
  readonly since: string;
  readonly joined_at: string;
  readonly most: number;
  readonly left: number;
}

/** Fleet incidents that are open, with how many of their members are neither over nor in a person's hands. */
async function readLive(tx: AnyTx): Promise<LiveFleet[]> {
  const rows = await tx.execute<LiveRow>(sql`
    select f.id, f.kind, f.signature, f.plugin_key, f.version, f.cohort, f.since, f.joined_at, f.most, count(i.id)::int as left
    from fleet_incidents f left join plugin_incidents i on i.fleet_id = f.id and i.status not in ('resolved', 'closed', 'escalated')
    where f.status = 'open' group by f.tenant_id, f.id order by f.since, f.id`);
  return [...rows].map(({ id, kind, signature, plugin_key, version, cohort, since, joined_at, most, left }) => ({
    id,
    kind,
    signature,
    build: plugin_key === null || version === null ? null : { pluginKey: plugin_key, version },
    cohort,
    since: new Date(since),
    joinedAt: new Date(joined_at),
    most,
    left,
  }));
}

interface SuspectRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly tenant_id: string;
  readonly plugin_key: string;
  readonly version: string;
  readonly platform: string;
  readonly runtime: string;
  readonly signature: string;
  readonly severity: (typeof SEVERITIES)[number];
  readonly noticed_at: string;
  readonly is_proven: boolean;
  readonly fleet_id: string | null;
}

/** Incidents that are not over and belong to no fleet incident yet, or to one that blames a version; the newest first. */
async function readSuspects(tx: AnyTx, since: Date): Promise<Suspect[]> {
  const rows = await tx.execute<SuspectRow>(sql`
    select i.id, i.tenant_id, i.plugin_key, s.running_version as version, ${PLATFORM} as platform, ${RUNTIME} as runtime,
      i.finding ->> 'ruleId' as signature, i.severity, i.noticed_at, p.last_good_version is not distinct from s.running_version as is_proven, i.fleet_id
    from plugin_incidents i join plugin_state s on s.tenant_id = i.tenant_id and s.plugin_id = i.plugin_id
    join plugins p on p.tenant_id = i.tenant_id and p.id = i.plugin_id and p.status = 'active'
    where i.status not in ('resolved', 'closed')
      and ((i.fleet_id is null and i.noticed_at >= ${since.toISOString()}::timestamptz) or i.fleet_kind = 'version')
    order by i.fleet_id is not null, i.noticed_at desc, i.id limit ${LIMITS.fleetSuspects}`);
  return [...rows].map((row) => ({
    id: row.id,
    tenantId: row.tenant_id,
    pluginKey: row.plugin_key,
    version: row.version,
    platform: row.platform,
    runtime: row.runtime,
    signature: row.signature,
    severity: row.severity,
    noticedAt: new Date(row.noticed_at),
    isProven: row.is_proven,
    fleetId: row.fleet_id,
  }));
}

async function readKin(tx: AnyTx): Promise<KinCount[]> {
  const rows = await tx.execute<{ plugin_key: string; version: string; platform: string; runtime: string; plugins: number }>(sql`
    select p.plugin_key, s.running_version as version, ${PLATFORM} as platform, ${RUNTIME} as runtime, count(*)::int as plugins
    from plugins p join plugin_state s on s.tenant_id = p.tenant_id and s.plugin_id = p.id
    where p.status = 'active' and p.tenant_id <> ${SANDBOX_TENANT} group by 1, 2, 3, 4`);
  return [...rows].map(({ plugin_key, ...rest }) => ({ pluginKey: plugin_key, ...rest }));
}

/** Places of which a person said within the recurrence time that there is no common fault. */
async function readBarred(tx: AnyTx, now: Date): Promise<FleetPlace[]> {
  const since = new Date(now.getTime() - LIMITS.recurrenceSeconds * 1_000);
  const rows = await tx
    .select()
    .from(fleetIncidents)
    .where(and(eq(fleetIncidents.status, "dissolved"), gt(fleetIncidents.endedAt, since)));
  return rows.map(({ signature, pluginKey, version, cohort }) => ({
    signature,
    build: pluginKey === null || version === null ? null : { pluginKey, version },
    cohort,
  }));
}

/** The most merchants that one rule found something at. */
function mostMerchants(suspects: readonly Suspect[]): number {
  const merchants = new Map<string, Set<string>>();
  for (const { signature, tenantId } of suspects) merchants.set(signature, (merchants.get(signature) ?? new Set()).add(tenantId));
  return Math.max(0, ...[...merchants.values()].map(({ size }) => size));
}

/**
 * Everything the grouping depends on. Nothing open and too few sick: two small reads, and the fleet is not counted.
 *
 * @returns null when nothing can come of it
 */
export async function readFleetInput(tx: AnyTx, now: Date): Promise<FleetInput | null> {
  const live = await readLive(tx);
  const earliest = Math.min(now.getTime(), ...live.map(({ since }) => since.getTime()));
  const suspects = await readSuspects(tx, new Date(earliest - LIMITS.fleetWindowSeconds * 1_000));
  if (live.length === 0 && mostMerchants(suspects) < LIMITS.fleetMerchants) return null;
  return { suspects, live, kin: await readKin(tx), barred: await readBarred(tx, now), now };
}

/** Whether an incident belongs to no fleet incident although as many merchants as make one have fallen ill of the same of late. */
export async function isInBurst(tx: AnyTx, { tenantId, incidentId }: { tenantId: string; incidentId: string }, now: Date) {
  const since = new Date(now.getTime() - LIMITS.fleetWindowSeconds * 1_000);
  const [row] = await tx.execute<{ merchants: number }>(sql`
    select count(distinct i.tenant_id)::int as merchants from plugin_incidents i
    join plugin_incidents own on own.tenant_id = ${tenantId} and own.id = ${incidentId} and own.fleet_id is null
    where i.status not in ('resolved', 'closed') and i.noticed_at >= ${since.toISOString()}::timestamptz
      and i.finding ->> 'ruleId' = own.finding ->> 'ruleId'`);
  return (row?.merchants ?? 0) >= LIMITS.fleetMerchants;
}
