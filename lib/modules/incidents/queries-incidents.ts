import { and, asc, desc, eq, gte, inArray, lte, ne, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { healActions } from "@/db/schema/modules/healing";
import { moduleIncidentEvents, moduleIncidents } from "@/db/schema/modules/incidents";
import type { TenantScope } from "@/lib/access/types";
import { INCIDENT_STATUSES } from "@/lib/incidents/types";
import { SEVERITIES } from "@/lib/kernel/severity";
import { MODULE_FINDING_TYPES, moduleKey } from "@/lib/modules/types";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { afterPlace, containsText, instantParameter, inTenants, pageOf, pageParameters, wordsParameter } from "@/lib/platform/web/page";
import { PROVING_MODULE } from "../proving/types";
import { MODULE_CAUSES } from "./causes";
import { moduleIncidentItem, type NewestAction } from "./module-incident-item";

/** Filters of the list of modules' incidents; from and to bound `opened_at`, both inclusive. */
export const moduleIncidentsQuery = z.strictObject({
  ...pageParameters,
  tenant_id: z.uuid().optional(),
  module_key: moduleKey.optional(),
  status: wordsParameter(INCIDENT_STATUSES).optional(),
  severity: wordsParameter(SEVERITIES).optional(),
  type: wordsParameter(MODULE_FINDING_TYPES).optional(),
  cause: wordsParameter(MODULE_CAUSES).optional(),
  from: instantParameter.optional(),
  to: instantParameter.optional(),
  q: z.string().min(1).max(100).optional(),
});
type ModuleIncidentsQuery = z.output<typeof moduleIncidentsQuery>;

const text = (words: string): SQL | undefined =>
  or(
    ...[moduleIncidents.moduleKey, moduleIncidents.type, moduleIncidents.explain, sql`${moduleIncidents.id}::text`].map((column) =>
      containsText(column, words),
    ),
  );

function filters(scope: TenantScope, query: ModuleIncidentsQuery): SQL | undefined {
  return and(
    inTenants(moduleIncidents.tenantId, scope),
    query.tenant_id === undefined ? undefined : eq(moduleIncidents.tenantId, query.tenant_id),
    // What is broken on purpose each half hour is nobody's story, unless somebody asks for it by its name.
    query.module_key === undefined ? ne(moduleIncidents.moduleKey, PROVING_MODULE) : eq(moduleIncidents.moduleKey, query.module_key),
    query.status === undefined ? undefined : inArray(moduleIncidents.status, query.status),
    query.severity === undefined ? undefined : inArray(moduleIncidents.severity, query.severity),
    query.type === undefined ? undefined : inArray(moduleIncidents.type, query.type),
    query.cause === undefined ? undefined : inArray(moduleIncidents.cause, query.cause),
    query.from === undefined ? undefined : gte(moduleIncidents.openedAt, query.from),
    query.to === undefined ? undefined : lte(moduleIncidents.openedAt, query.to),
    query.q === undefined ? undefined : text(query.q),
    afterPlace(moduleIncidents.openedAt, moduleIncidents.id, query.cursor),
  );
}

type Row = typeof moduleIncidents.$inferSelect;

/** What was done, or suggested, last about each of some incidents. */
async function newestActions(tx: ReaderTx, rows: readonly Row[]): Promise<ReadonlyMap<string, NewestAction>> {
  if (rows.length === 0) return new Map();
  const ids = rows.map(({ id }) => id);
  const { incidentId, action, level, state, proposedAt, id } = healActions;
  const newest = await tx
    .selectDistinctOn([incidentId], { incidentId, action, level, state })
    .from(healActions)
    .where(and(inArray(healActions.tenantId, [...new Set(rows.map(({ tenantId }) => tenantId))]), inArray(incidentId, ids)))
    .orderBy(incidentId, desc(proposedAt), desc(id));
  return new Map(newest.map((one) => [one.incidentId, one]));
}

/** A page of modules' incidents within a scope, newest first. Those of all tenants are for whoever may see all of them. */
export async function listModuleIncidents(scope: TenantScope, query: ModuleIncidentsQuery) {
  const { rows, newest } = await read(scope, async (tx) => {
    const found = await tx
      .select()
      .from(moduleIncidents)
      .where(filters(scope, query))
      .orderBy(desc(moduleIncidents.openedAt), desc(moduleIncidents.id))
      .limit(query.limit + 1);
    return { rows: found, newest: await newestActions(tx, found) };
  });
  return pageOf(
    rows,
    query.limit,
    (row) => moduleIncidentItem(row, newest.get(row.id) ?? null),
    ({ openedAt, id }) => ({ at: openedAt, id }),
  );
}

/** One incident of a module with its evidence and its timeline; null outside the scope. */
export async function readModuleIncident(scope: TenantScope, id: string) {
  return read(scope, async (tx) => {
    const [row] = await tx.select().from(moduleIncidents).where(eq(moduleIncidents.id, id));
    if (!row) return null;
    const ofIncident = and(eq(moduleIncidentEvents.tenantId, row.tenantId), eq(moduleIncidentEvents.incidentId, id));
    const events = await tx
      .select()
      .from(moduleIncidentEvents)
      .where(ofIncident)
      .orderBy(asc(moduleIncidentEvents.at), asc(moduleIncidentEvents.id));
    return {
      ...moduleIncidentItem(row, (await newestActions(tx, [row])).get(row.id) ?? null),
      evidence: row.evidence,
      rules: row.rules,
      timeline: events.map(({ id: eventId, at, kind, actor, summary, data }) => {
        return { id: eventId, at: at.toISOString(), kind, actor, summary, data };
      }),
    };
  });
}
