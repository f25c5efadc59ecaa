import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { fleetIncidents } from "@/db/schema/incidents";
import type { TenantScope } from "@/lib/access/types";
import { describePlace } from "@/lib/incidents/fleet/explain-fleet";
import { FLEET_STATUSES } from "@/lib/incidents/fleet/types";
import { read } from "@/lib/platform/scope";
import { afterPlace, inTenants, pageOf, pageParameters, wordsParameter } from "@/lib/platform/web/page";

export const fleetIncidentsQuery = z.strictObject({
  ...pageParameters,
  id: z.uuid().optional(),
  status: wordsParameter(FLEET_STATUSES).optional(),
});

/** Its members as they are now: merchants, and incidents that are not over. */
const merchants = sql<number>`(select count(distinct i.tenant_id)::int from plugin_incidents i where i.fleet_id = ${fleetIncidents.id})`;
const left = sql<number>`(select count(*)::int from plugin_incidents i where i.fleet_id = ${fleetIncidents.id} and i.status not in ('resolved', 'closed'))`;

/** A page of fleet incidents, newest first. They are the platform's own: a scope of some tenants holds none. */
export async function listFleetIncidents(scope: TenantScope, query: z.output<typeof fleetIncidentsQuery>) {
  const where = and(
    inTenants(fleetIncidents.tenantId, scope),
    query.id === undefined ? undefined : eq(fleetIncidents.id, query.id),
    query.status === undefined ? undefined : inArray(fleetIncidents.status, query.status),
    afterPlace(fleetIncidents.since, fleetIncidents.id, query.cursor),
  );
  const rows = await read(scope, (tx) =>
    tx
      .select({ fleet: fleetIncidents, merchants, left })
      .from(fleetIncidents)
      .where(where)
      .orderBy(desc(fleetIncidents.since), desc(fleetIncidents.id))
      .limit(query.limit + 1),
  );
  const item = ({ fleet, merchants: count, left: sick }: (typeof rows)[number]) => ({
    id: fleet.id,
    kind: fleet.kind,
    status: fleet.status,
    severity: fleet.severity,
    signature: fleet.signature,
    plugin_key: fleet.pluginKey,
    version: fleet.version,
    cohort: fleet.cohort,
    place: describePlace({
      signature: fleet.signature,
      build: fleet.pluginKey === null || fleet.version === null ? null : { pluginKey: fleet.pluginKey, version: fleet.version },
      cohort: fleet.cohort,
    }),
    explain: fleet.explain,
    members: { now: sick, most: fleet.most, merchants: count },
    since: fleet.since.toISOString(),
    detected_at: fleet.detectedAt.toISOString(),
    ended_at: fleet.endedAt?.toISOString() ?? null,
    ended_by: fleet.endedBy,
    acknowledged_by: fleet.acknowledgedBy,
    acknowledged_at: fleet.acknowledgedAt?.toISOString() ?? null,
  });
  return pageOf(rows, query.limit, item, ({ fleet }) => ({ at: fleet.since, id: fleet.id }));
}
