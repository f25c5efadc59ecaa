import { desc, eq } from "drizzle-orm";
import { pluginIncidents } from "@/db/schema/incidents";
import { tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { read } from "@/lib/platform/scope";
import { pageOf } from "@/lib/platform/web/page";
import { type IncidentsQuery, incidentFilters } from "./queries";

const columns = {
  id: pluginIncidents.id,
  tenant_id: pluginIncidents.tenantId,
  tenant_name: tenants.name,
  plugin_id: pluginIncidents.pluginId,
  plugin_key: pluginIncidents.pluginKey,
  type: pluginIncidents.type,
  severity: pluginIncidents.severity,
  status: pluginIncidents.status,
  opened_at: pluginIncidents.openedAt,
};

/** A page of incidents as lists show them: a twentieth of the bytes of the whole, since evidence and permit stay away. */
export async function listIncidentRows(scope: TenantScope, query: IncidentsQuery) {
  const rows = await read(scope, (tx) =>
    tx
      .select(columns)
      .from(pluginIncidents)
      .innerJoin(tenants, eq(tenants.id, pluginIncidents.tenantId))
      .where(incidentFilters(scope, query))
      .orderBy(desc(pluginIncidents.openedAt), desc(pluginIncidents.id))
      .limit(query.limit + 1),
  );
  const item = (row: (typeof rows)[number]) => ({ ...row, opened_at: row.opened_at.toISOString() });
  return pageOf(rows, query.limit, item, ({ opened_at, id }) => ({ at: opened_at, id }));
}
