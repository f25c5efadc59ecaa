import { and, asc, desc, eq, gt, inArray, ne, notInArray, sql } from "drizzle-orm";
import { healActions } from "@/db/schema/modules/healing";
import { moduleIncidentEvents, moduleIncidents } from "@/db/schema/modules/incidents";
import { moduleCommands, moduleServiceState, moduleServices } from "@/db/schema/modules/modules";
import { opsPolicy, safetySwitches } from "@/db/schema/safety";
import { modules } from "@/db/schema/tenants";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { SEVERITIES } from "@/lib/kernel/severity";
import { healthSchema, type Mode, manifestSchema } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { effectiveSwitches } from "@/lib/policy/effective-switches";
import { policyOf } from "@/lib/policy/policy-of";

type ActionRow = typeof healActions.$inferSelect;
type IncidentRow = typeof moduleIncidents.$inferSelect;

const GRAVITIES = sql.join(
  SEVERITIES.map((severity) => sql`${severity}`),
  sql`, `,
);

/** An incident that the engine looks at. */
export interface HealSubject {
  readonly tenantId: string;
  readonly incidentId: string;
}

/**
 * What the engine looks at in one round: every incident with an action under way, however many; and as many of those on which it could begin
 * something, the gravest first. What waits for people comes last, and among equals each has its turn.
 *
 * @param tick  of the round, whatever it is: another one, another order among equals
 */
export async function readHealable(tx: ReaderTx, tick: string): Promise<HealSubject[]> {
  const under = await tx.execute<{ tenant_id: string; id: string }>(sql`
    select distinct tenant_id, incident_id as id from heal_actions where ended_at is null and state <> 'refused'`);
  const open = await tx.execute<{ tenant_id: string; id: string }>(sql`
    select i.tenant_id, i.id from module_incidents i
    cross join lateral (select exists (select 1 from heal_actions a
      where a.tenant_id = i.tenant_id and a.incident_id = i.id and a.ended_at is null and a.state = 'refused') as is_suggested) s
    where ((i.status = 'open' and i.suppressed_by is null) or s.is_suggested)
      -- What is only unlike its past is told to people: a detector's word alone changes nothing.
      and (i.rules = '{}' or exists (select 1 from unnest(i.rules) as rule where rule not like 'streams/%'))
      and not exists (select 1 from heal_actions a
        where a.tenant_id = i.tenant_id and a.incident_id = i.id and a.ended_at is null and a.state <> 'refused')
    order by (s.is_suggested or i.heal_state is not distinct from 'called'), array_position(array[${GRAVITIES}]::text[], i.severity) desc,
      md5(i.id::text || ${tick}) limit ${LIMITS.healRows}`);
  return [...under, ...open].map(({ tenant_id: tenantId, id: incidentId }) => ({ tenantId, incidentId }));
}

/** The module behind an incident: its service, its newest beat, and the tenant's own view of it. */
async function readModule(tx: ReaderTx, { tenantId, moduleKey }: IncidentRow) {
  const [row] = await tx
    .select({ service: moduleServices, state: moduleServiceState })
    .from(moduleServices)
    .leftJoin(moduleServiceState, eq(moduleServiceState.moduleId, moduleServices.id))
    .where(eq(moduleServices.moduleKey, moduleKey));
  if (!row) return null;
  const [place] = await tx
    .select({ id: modules.id })
    .from(modules)
    .where(and(eq(modules.tenantId, tenantId), eq(modules.moduleKey, moduleKey)));
  const manifest = manifestSchema.safeParse(row.service.manifest);
  const health = healthSchema.safeParse(row.state?.health);
  const modes = (row.state?.modes ?? {}) as { platform?: Mode; tenants?: Record<string, Mode> };
  const own = tenantId === PLATFORM_TENANT ? undefined : modes.tenants?.[tenantId];
  return {
    ...{ service: row.service, state: row.state, placeId: place?.id ?? null },
    manifest: manifest.success ? manifest.data : null,
    health: health.success ? health.data : null,
    mode: own ?? modes.platform ?? ("normal" as const),
  };
}

/** Share of requests that failed since some moment, in whole minutes; null where there were none. */
export async function readErrorShare(tx: ReaderTx, moduleId: string, tenantId: string, since: Date): Promise<number | null> {
  const ofTenant = tenantId === PLATFORM_TENANT ? sql`true` : sql`tenant_id = ${tenantId}`;
  const [row] = await tx.execute<{ share: number | null }>(sql`
    select (sum(errors) / nullif(sum(requests), 0))::float8 as share from module_minutes
    where module_id = ${moduleId} and minute_at >= ${since.toISOString()}::timestamptz and ${ofTenant}`);
  return row?.share ?? null;
}

/** Everything that was done to this module within a day, for whomever: they share its process. The newest first. */
async function readDone(tx: ReaderTx, { moduleKey }: IncidentRow, now: Date): Promise<ActionRow[]> {
  const dayAgo = new Date(now.getTime() - 86_400_000);
  return tx
    .select()
    .from(healActions)
    .where(and(eq(healActions.moduleKey, moduleKey), gt(healActions.proposedAt, dayAgo)))
    .orderBy(desc(healActions.proposedAt))
    .limit(LIMITS.healsShown);
}

/** A person's own order that the module has not answered yet: two hands would undo each other's work. */
async function hasHandAtWork(tx: ReaderTx, moduleId: string, now: Date): Promise<boolean> {
  const [row] = await tx
    .select({ id: moduleCommands.id })
    .from(moduleCommands)
    .where(
      and(
        eq(moduleCommands.moduleId, moduleId),
        inArray(moduleCommands.status, ["queued", "offered"]),
        gt(moduleCommands.expiresAt, now),
        ne(moduleCommands.type, "ping"),
        sql`${moduleCommands.requestedBy} like 'person:%' and ${moduleCommands.ref} is null`,
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** The ceiling, the switches as they hold for this module now, and when somebody last set one of its own. */
async function readCeiling(tx: ReaderTx, tenantId: string, place: { placeId: string | null; serviceId: string }) {
  const [row] = await tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1));
  const policy = row ? policyOf(row) : null;
  const rows = await tx
    .select()
    .from(safetySwitches)
    .where(inArray(safetySwitches.tenantId, [PLATFORM_TENANT, tenantId]));
  const subject = { tenantId, moduleId: place.placeId, serviceId: place.serviceId, pluginId: null };
  const own = rows.filter(({ targetId }) => targetId !== null && (targetId === place.placeId || targetId === place.serviceId));
  const setAt = own.map(({ setAt: at }) => at.getTime());
  const { switches } = effectiveSwitches(rows, policy, subject);
  return { policy, policyVersion: row?.version ?? 0, switches, switchSetAt: setAt.length > 0 ? new Date(Math.max(...setAt)) : null };
}

/** The first signal of the fault in an incident's present bout: of one that came back, when it was seen again. */
async function readBoutAt(tx: ReaderTx, { tenantId, id, openedAt, reopenedCount }: IncidentRow): Promise<Date> {
  if (reopenedCount === 0) return openedAt;
  const [row] = await tx
    .select({ at: moduleIncidentEvents.at, data: moduleIncidentEvents.data })
    .from(moduleIncidentEvents)
    .where(
      and(eq(moduleIncidentEvents.tenantId, tenantId), eq(moduleIncidentEvents.incidentId, id), eq(moduleIncidentEvents.kind, "reopened")),
    )
    .orderBy(desc(moduleIncidentEvents.at), desc(moduleIncidentEvents.id))
    .limit(1);
  return row ? new Date(typeof row.data.since === "string" ? row.data.since : row.at) : openedAt;
}

/** What is known of one incident and what is done about it, read in one snapshot. Null for a module that is not registered any more. */
export async function loadHeal(tx: ReaderTx, { tenantId, incidentId }: HealSubject, now: Date) {
  const [incident] = await tx
    .select()
    .from(moduleIncidents)
    .where(and(eq(moduleIncidents.tenantId, tenantId), eq(moduleIncidents.id, incidentId)));
  const module = incident ? await readModule(tx, incident) : null;
  if (!incident || !module) return null;
  const actions = await tx
    .select()
    .from(healActions)
    .where(and(eq(healActions.tenantId, tenantId), eq(healActions.incidentId, incidentId)))
    .orderBy(asc(healActions.proposedAt), asc(healActions.id));
  const orderIds = actions.flatMap(({ orderId, endedAt }) => (orderId && endedAt === null ? [orderId] : []));
  const orders =
    orderIds.length === 0
      ? []
      : await tx
          .select()
          .from(moduleCommands)
          .where(and(eq(moduleCommands.tenantId, tenantId), inArray(moduleCommands.id, orderIds)));
  const [other] = await tx
    .select({ badAt: moduleIncidents.lastSeenAt })
    .from(moduleIncidents)
    .where(
      and(
        eq(moduleIncidents.tenantId, tenantId),
        eq(moduleIncidents.moduleKey, incident.moduleKey),
        ne(moduleIncidents.id, incidentId),
        sql`${moduleIncidents.status} not in ('resolved', 'closed')`,
        // A budget that was spent stays spent for hours: nothing is held back for it.
        notInArray(moduleIncidents.cause, ["objective", "survival"]),
      ),
    )
    .orderBy(desc(moduleIncidents.lastSeenAt))
    .limit(1);
  const ceiling = await readCeiling(tx, tenantId, { placeId: module.placeId, serviceId: module.service.id });
  const [done, isByHand] = [await readDone(tx, incident, now), await hasHandAtWork(tx, module.service.id, now)];
  const boutAt = await readBoutAt(tx, incident);
  return { incident, boutAt, module, actions, orders, done, isByHand, otherBadAt: other?.badAt ?? null, ...ceiling };
}
export type LoadedHeal = NonNullable<Awaited<ReturnType<typeof loadHeal>>>;
