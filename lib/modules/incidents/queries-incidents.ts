import { and, asc, desc, eq, gte, inArray, lte, ne, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { moduleIncidentStars } from "@/db/schema/aftermath";
import { healActions } from "@/db/schema/modules/healing";
import { moduleIncidentEvents, moduleIncidents } from "@/db/schema/modules/incidents";
import { tenants } from "@/db/schema/tenants";
import type { Actor, TenantScope } from "@/lib/access/types";
import { INCIDENT_STATUSES } from "@/lib/incidents/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { SEVERITIES } from "@/lib/kernel/severity";
import { MODULE_FINDING_TYPES, moduleKey } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
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
  /** What concerns all tenants alone. */
  of_all: z.literal("true").optional(),
  /** What the caller took, or was given. */
  mine: z.literal("true").optional(),
  q: z.string().min(1).max(100).optional(),
});
type ModuleIncidentsQuery = z.output<typeof moduleIncidentsQuery>;

const text = (words: string): SQL | undefined =>
  or(
    ...[moduleIncidents.moduleKey, moduleIncidents.type, moduleIncidents.explain, sql`${moduleIncidents.id}::text`].map((column) =>
      containsText(column, words),
    ),
  );

/** Whose list it is, for what is theirs. */
export type Asker = Pick<Actor, "id" | "email">;

function isMine({ id, email }: Asker): SQL | undefined {
  const given = email === null ? undefined : eq(moduleIncidents.assignedTo, email.toLowerCase());
  return or(eq(moduleIncidents.acknowledgedBy, id), given);
}

function filters(scope: TenantScope, query: ModuleIncidentsQuery, asker: Asker | null): SQL | undefined {
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
    query.of_all === undefined ? undefined : eq(moduleIncidents.tenantId, PLATFORM_TENANT),
    query.mine === undefined || asker === null ? undefined : isMine(asker),
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
export async function listModuleIncidents(scope: TenantScope, query: ModuleIncidentsQuery, asker: Asker | null = null) {
  const { rows, newest } = await read(scope, async (tx) => {
    const found = await tx
      .select({ row: moduleIncidents, tenantName: tenants.name })
      .from(moduleIncidents)
      .leftJoin(tenants, eq(tenants.id, moduleIncidents.tenantId))
      .where(filters(scope, query, asker))
      .orderBy(desc(moduleIncidents.openedAt), desc(moduleIncidents.id))
      .limit(query.limit + 1);
    return {
      rows: found,
      newest: await newestActions(
        tx,
        found.map(({ row }) => row),
      ),
    };
  });
  return pageOf(
    rows,
    query.limit,
    ({ row, tenantName }) => moduleIncidentItem(row, tenantName, newest.get(row.id) ?? null),
    ({ row: { openedAt, id } }) => ({ at: openedAt, id }),
  );
}

/** One incident of a module with its evidence and its timeline; null outside the scope. */
export async function readModuleIncident(scope: TenantScope, id: string) {
  return read(scope, async (tx) => {
    const [found] = await tx
      .select({ row: moduleIncidents, tenantName: tenants.name })
      .from(moduleIncidents)
      .leftJoin(tenants, eq(tenants.id, moduleIncidents.tenantId))
      .where(eq(moduleIncidents.id, id));
    if (!found) return null;
    const { row } = found;
    const ofIncident = and(eq(moduleIncidentEvents.tenantId, row.tenantId), eq(moduleIncidentEvents.incidentId, id));
    const isStar = and(
      eq(moduleIncidentStars.tenantId, moduleIncidentEvents.tenantId),
      eq(moduleIncidentStars.incidentId, moduleIncidentEvents.incidentId),
      eq(moduleIncidentStars.eventId, moduleIncidentEvents.id),
    );
    const events = await tx
      .select({ event: moduleIncidentEvents, isStarred: moduleIncidentStars.isStarred })
      .from(moduleIncidentEvents)
      .leftJoin(moduleIncidentStars, isStar)
      .where(ofIncident)
      .orderBy(asc(moduleIncidentEvents.at), asc(moduleIncidentEvents.id));
    return {
      ...moduleIncidentItem(row, found.tenantName, (await newestActions(tx, [row])).get(row.id) ?? null),
      evidence: row.evidence,
      rules: row.rules,
      timeline: events.map(({ event: { id: eventId, at, kind, actor, summary, data }, isStarred }) => {
        return { id: eventId, at: at.toISOString(), kind, actor, summary, data, is_starred: isStarred === true };
      }),
    };
  });
}

/** What the list can be narrowed to: modules and tenants that had an incident, as far as the scope goes. */
export async function listTroubled(scope: TenantScope) {
  return read(scope, async (tx) => {
    const isTold = and(inTenants(moduleIncidents.tenantId, scope), ne(moduleIncidents.moduleKey, PROVING_MODULE));
    const modules = await tx.selectDistinct({ key: moduleIncidents.moduleKey }).from(moduleIncidents).where(isTold).limit(LIMITS.pageSize);
    const isTroubled = inArray(tenants.id, tx.select({ id: moduleIncidents.tenantId }).from(moduleIncidents).where(isTold));
    const whose = await tx
      .select({ id: tenants.id, name: tenants.name })
      .from(tenants)
      .where(isTroubled)
      .orderBy(asc(tenants.name))
      .limit(LIMITS.pageSize);
    return { modules: modules.map(({ key }) => key).toSorted(), tenants: whose };
  });
}
