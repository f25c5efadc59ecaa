import { and, desc, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { postmortems } from "@/db/schema/aftermath";
import { pluginIncidents } from "@/db/schema/incidents";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { Severity } from "@/lib/kernel/severity";
import { read } from "@/lib/platform/scope";
import { afterPlace, inTenants, pageOf, pageParameters, wordsParameter } from "@/lib/platform/web/page";
import { POSTMORTEM_STATUSES } from "./types";

export const postmortemsQuery = z.strictObject({
  ...pageParameters,
  incident_id: z.uuid().optional(),
  status: wordsParameter(POSTMORTEM_STATUSES).optional(),
});

function select(scope: TenantScope, where: SQL | undefined, limit: number) {
  return read(scope, (tx) =>
    tx
      .select({
        row: postmortems,
        type: sql<string>`coalesce(${pluginIncidents.type}, ${moduleIncidents.type})`,
        severity: sql<Severity>`coalesce(${pluginIncidents.severity}, ${moduleIncidents.severity})`,
        tenantName: tenants.name,
      })
      .from(postmortems)
      .leftJoin(pluginIncidents, and(eq(pluginIncidents.tenantId, postmortems.tenantId), eq(pluginIncidents.id, postmortems.incidentId)))
      .leftJoin(
        moduleIncidents,
        and(eq(moduleIncidents.tenantId, postmortems.tenantId), eq(moduleIncidents.id, postmortems.moduleIncidentId)),
      )
      .leftJoin(tenants, eq(tenants.id, postmortems.tenantId))
      .where(and(inTenants(postmortems.tenantId, scope), where))
      .orderBy(desc(postmortems.createdAt), desc(postmortems.id))
      .limit(limit),
  );
}
type Selected = Awaited<ReturnType<typeof select>>[number];

function postmortemRow({ row, type, severity, tenantName }: Selected) {
  return {
    id: row.id,
    /** Null where it concerns all tenants. */
    tenant_id: row.tenantId === PLATFORM_TENANT ? null : row.tenantId,
    tenant_name: row.tenantId === PLATFORM_TENANT ? null : tenantName,
    /** Of a plugin or of a module, as `about` says. */
    incident_id: row.incidentId ?? row.moduleIncidentId ?? "",
    about: row.incidentId === null ? ("module" as const) : ("plugin" as const),
    incident_type: type,
    severity,
    status: row.status,
    revision: row.revision,
    title: row.title,
    open_actions: row.actions.filter(({ is_done }) => !is_done).length,
    authors: row.authors,
    reviewed_by: row.reviewedBy,
    reviewed_at: row.reviewedAt?.toISOString() ?? null,
    published_by: row.publishedBy,
    published_at: row.publishedAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** Postmortems within a scope, newest first. */
export async function listPostmortems(scope: TenantScope, query: z.output<typeof postmortemsQuery>) {
  const where = and(
    query.incident_id === undefined
      ? undefined
      : or(eq(postmortems.incidentId, query.incident_id), eq(postmortems.moduleIncidentId, query.incident_id)),
    query.status === undefined ? undefined : inArray(postmortems.status, query.status),
    afterPlace(postmortems.createdAt, postmortems.id, query.cursor),
  );
  const rows = await select(scope, where, query.limit + 1);
  return pageOf(rows, query.limit, postmortemRow, ({ row }) => ({ at: row.createdAt, id: row.id }));
}

/** One postmortem of a scope with its words and everything that was computed, or null. */
export async function readPostmortem(scope: TenantScope, postmortemId: string) {
  const [found] = await select(scope, eq(postmortems.id, postmortemId), 1);
  return found ? { ...postmortemRow(found), sections: found.row.sections, actions: found.row.actions, facts: found.row.facts } : null;
}
