import { desc, eq } from "drizzle-orm";
import { autopatchAttempts } from "@/db/schema/delivery";
import { tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { read } from "@/lib/platform/scope";
import { pageOf } from "@/lib/platform/web/page";
import { type AttemptsQuery, attemptFilters } from "./queries";

const columns = {
  id: autopatchAttempts.id,
  tenant_name: tenants.name,
  incident_id: autopatchAttempts.incidentId,
  plugin_id: autopatchAttempts.pluginId,
  status: autopatchAttempts.status,
  method: autopatchAttempts.method,
  from_version: autopatchAttempts.fromVersion,
  to_version: autopatchAttempts.toVersion,
  created_at: autopatchAttempts.createdAt,
};

/** A page of attempts as lists show them, without transitions and reports. */
export async function listAttemptRows(scope: TenantScope, query: AttemptsQuery) {
  const rows = await read(scope, (tx) =>
    tx
      .select(columns)
      .from(autopatchAttempts)
      .innerJoin(tenants, eq(tenants.id, autopatchAttempts.tenantId))
      .where(attemptFilters(scope, query))
      .orderBy(desc(autopatchAttempts.createdAt), desc(autopatchAttempts.id))
      .limit(query.limit + 1),
  );
  const item = (row: (typeof rows)[number]) => ({ ...row, created_at: row.created_at.toISOString() });
  return pageOf(rows, query.limit, item, ({ created_at, id }) => ({ at: created_at, id }));
}
