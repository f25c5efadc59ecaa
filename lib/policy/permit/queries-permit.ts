import { and, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import { autopatchAttempts } from "@/db/schema/delivery";
import { changeFreezes, tenantCalendars } from "@/db/schema/rollout";
import { safetySwitches } from "@/db/schema/safety";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import type { ReaderTx } from "@/lib/platform/scope";
import { changeIsHeldBy, type Freeze } from "../calendar/may-change-now";
import { effectiveSwitches } from "../effective-switches";
import { readPolicy } from "../queries";
import type { EffectiveSwitches, PermitInput, Policy } from "../types";

/** The ceiling and the switches as they hold for one plugin now; null members could not be read. */
export async function readCeiling(
  tx: ReaderTx,
  subject: { tenantId: string; pluginId: string },
): Promise<{ policy: Policy | null; version: number; switches: EffectiveSwitches | null }> {
  const known = await readPolicy(tx);
  const rows = await tx
    .select()
    .from(safetySwitches)
    .where(inArray(safetySwitches.tenantId, [PLATFORM_TENANT, subject.tenantId]));
  const policy = known?.policy ?? null;
  const { switches } = effectiveSwitches(rows, policy, { ...subject, moduleId: null });
  return { policy, version: known?.version ?? 0, switches };
}

/** How often this incident and this plugin were worked on, for the caps. */
export async function readAttemptCounts(
  tx: ReaderTx,
  subject: { tenantId: string; pluginId: string; incidentId: string },
  now: Date,
): Promise<PermitInput["attempts"]> {
  const dayAgo = new Date(now.getTime() - 24 * 60 * 60 * 1_000);
  const [row] = await tx
    .select({
      onIncident: sql<number>`count(*) filter (where ${autopatchAttempts.incidentId} = ${subject.incidentId})::int`,
      onPluginToday: sql<number>`count(*) filter (where ${autopatchAttempts.createdAt} > ${dayAgo.toISOString()}::timestamptz)::int`,
      rolledBackOnIncident: sql<number>`count(*) filter (where ${autopatchAttempts.incidentId} = ${subject.incidentId} and ${autopatchAttempts.status} = 'rolled_back')::int`,
    })
    .from(autopatchAttempts)
    .where(
      and(
        eq(autopatchAttempts.tenantId, subject.tenantId),
        eq(autopatchAttempts.pluginId, subject.pluginId),
        gt(autopatchAttempts.createdAt, new Date(0)),
      ),
    );
  return row ?? { onIncident: 0, onPluginToday: 0, rolledBackOnIncident: 0 };
}

/** The fleet that an action's blast radius is weighed against; payment volumes are shares of the whole. What authors try out in the sandbox is no part of it. */
export async function readFleet(tx: ReaderTx, subject: { tenantId: string; pluginId: string }): Promise<PermitInput["fleet"]> {
  const [row] = await tx.execute<{ total: number; unhealthy: number; volume: number; own: number }>(sql`
    select count(*)::int as total,
      count(*) filter (where exists (select 1 from plugin_incidents i where i.tenant_id = p.tenant_id and i.plugin_id = p.id
        and i.status not in ('resolved', 'closed') and i.type <> 'drift'))::int as unhealthy,
      coalesce(sum(p.payment_volume), 0)::float8 as volume,
      coalesce(sum(p.payment_volume) filter (where p.tenant_id = ${subject.tenantId} and p.id = ${subject.pluginId}), 0)::float8 as own
    from plugins p where p.status = 'active' and p.tenant_id <> ${SANDBOX_TENANT}`);
  if (!row) return { total: 0, unhealthy: 0, paymentShare: 1 };
  return { total: row.total, unhealthy: row.unhealthy, paymentShare: row.volume > 0 ? row.own / row.volume : 0 };
}

const HELD_WHY = { freeze: "the merchant is frozen", window: "it is outside the merchant's hours" } as const;

/** Whether freezes (everybody's, or the merchant's) and the merchant's own hours let a change begin now. */
export async function readOpenToChange(tx: ReaderTx, tenantId: string, now: Date): Promise<NonNullable<PermitInput["calendar"]>> {
  const [calendar] = await tx.select().from(tenantCalendars).where(eq(tenantCalendars.tenantId, tenantId));
  const freezes = await tx
    .select({ startsAt: changeFreezes.startsAt, endsAt: changeFreezes.endsAt })
    .from(changeFreezes)
    .where(
      and(inArray(changeFreezes.tenantId, [PLATFORM_TENANT, tenantId]), isNull(changeFreezes.liftedAt), gt(changeFreezes.endsAt, now)),
    );
  const heldBy = changeIsHeldBy(calendar ?? null, freezes, now);
  return heldBy ? { openToChange: false, why: HELD_WHY[heldBy] } : { openToChange: true, why: "nothing holds the merchant" };
}

/** Those of some merchants where no freeze (everybody's, or their own) and no closed hour holds a change now. */
export async function openToChange(tx: ReaderTx, tenantIds: readonly string[], now: Date): Promise<string[]> {
  if (tenantIds.length === 0) return [];
  const calendars = await tx
    .select()
    .from(tenantCalendars)
    .where(inArray(tenantCalendars.tenantId, [...tenantIds]));
  const byTenant = new Map(calendars.map((row) => [row.tenantId, row]));
  const { tenantId, startsAt, endsAt, liftedAt } = changeFreezes;
  const freezes = await tx
    .select({ tenantId, startsAt, endsAt })
    .from(changeFreezes)
    .where(and(inArray(tenantId, [PLATFORM_TENANT, ...tenantIds]), isNull(liftedAt), gt(endsAt, now)));
  const byPlace = new Map<string, Freeze[]>();
  for (const freeze of freezes) byPlace.set(freeze.tenantId, [...(byPlace.get(freeze.tenantId) ?? []), freeze]);
  const freezesOf = (id: string) => [PLATFORM_TENANT, id].flatMap((place) => byPlace.get(place) ?? []);
  return tenantIds.filter((id) => changeIsHeldBy(byTenant.get(id) ?? null, freezesOf(id), now) === null);
}
