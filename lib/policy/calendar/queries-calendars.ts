import { and, asc, eq, gt, isNull, sql } from "drizzle-orm";
import { changeFreezes, tenantCalendars } from "@/db/schema/rollout";
import { tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { readLoosenings } from "../loosening/queries-loosening";
import { readPolicy } from "../queries";
import { freezeItem } from "./freeze-item";
import { changeIsHeldBy } from "./may-change-now";
import { type CalendarTurn, nextTurn } from "./next-turn";

type FreezeRow = typeof changeFreezes.$inferSelect;

const turnItem = (turn: CalendarTurn | null) => turn && { at: turn.at.toISOString(), held_by: turn.heldBy };

/** Freezes in force and to come that a scope may see; those of the platform hold for everybody and are always among them. */
function readFreezes(tx: ReaderTx, now: Date): Promise<FreezeRow[]> {
  return tx
    .select()
    .from(changeFreezes)
    .where(and(isNull(changeFreezes.liftedAt), gt(changeFreezes.endsAt, now)))
    .orderBy(asc(changeFreezes.startsAt), asc(changeFreezes.id))
    .limit(LIMITS.calendarsShown);
}

/** Merchants that said when they may be changed, with what holds each now and what comes next, everybody's freezes included. */
async function readMerchants(tx: ReaderTx, freezes: readonly FreezeRow[], now: Date) {
  const rows = await tx
    .select({ calendar: tenantCalendars, name: tenants.name })
    .from(tenantCalendars)
    .innerJoin(tenants, eq(tenants.id, tenantCalendars.tenantId))
    .orderBy(asc(tenants.name), asc(tenants.id))
    .limit(LIMITS.calendarsShown);
  return rows.map(({ calendar, name }) => {
    const own = freezes.filter(({ tenantId }) => tenantId === PLATFORM_TENANT || tenantId === calendar.tenantId);
    return {
      tenant_id: calendar.tenantId,
      tenant_name: name,
      time_zone: calendar.timeZone,
      windows: calendar.windows,
      quiet: calendar.quiet,
      held_by: changeIsHeldBy(calendar, own, now),
      next: turnItem(nextTurn(calendar, own, now)),
      updated_at: calendar.updatedAt.toISOString(),
      updated_by: calendar.updatedBy,
    };
  });
}

type WaitingRow = { rollout_id: string; plugin_key: string; version: string; tenant_id: string; plugin_id: string; tenant_name: string };

/** Shops that their rollout has reached and that have not begun. Rollouts are the platform's: a scope of some tenants sees none. */
async function readWaiting(tx: ReaderTx): Promise<WaitingRow[]> {
  const rows = await tx.execute<WaitingRow>(sql`
    select r.id as rollout_id, r.plugin_key, r.version, m.tenant_id, m.plugin_id, t.name as tenant_name
    from rollouts r join rollout_members m on m.rollout_id = r.id and m.state = 'planned' and m.wave <= r.wave join tenants t on t.id = m.tenant_id
    where r.state in ('running', 'holding') order by r.started_at, t.name, m.plugin_id limit ${LIMITS.rolloutMembers}`);
  return [...rows];
}

/** What freezes and hours keep from beginning now: each rollout with the shops that wait in it, as many as a page can show. */
async function readHeldUp(tx: ReaderTx, freezes: readonly FreezeRow[], isOpen: boolean, now: Date) {
  const calendars = new Map((await tx.select().from(tenantCalendars)).map((row) => [row.tenantId, row]));
  const heldBy = (tenantId: string) => {
    const own = freezes.filter((freeze) => freeze.tenantId === PLATFORM_TENANT || freeze.tenantId === tenantId);
    return changeIsHeldBy(calendars.get(tenantId) ?? null, own, now) ?? (isOpen ? null : ("window" as const));
  };
  const held = (await readWaiting(tx)).flatMap((row) => {
    const by = heldBy(row.tenant_id);
    return by ? { ...row, held_by: by } : [];
  });
  const ids = [...new Set(held.map((row) => row.rollout_id))];
  return ids.map((id) => {
    const own = held.filter((row) => row.rollout_id === id);
    const shops = own.map(({ plugin_id, tenant_id, tenant_name, held_by }) => ({ plugin_id, tenant_id, tenant_name, held_by }));
    const { plugin_key = "", version = "" } = own[0] ?? {};
    return { rollout_id: id, plugin_key, version, count: own.length, shops: shops.slice(0, LIMITS.heldUpShown) };
  });
}

/** GET /api/ops/calendars: what may not be changed now and why, what comes next, whom it holds up, and who wants a freeze shorter. */
export async function showCalendars(scope: TenantScope, now: Date) {
  return read(scope, async (tx) => {
    const freezes = await readFreezes(tx, now);
    const windows = (await readPolicy(tx))?.policy.windows ?? [];
    const hour = now.getUTCHours();
    const isOpen = windows.some(({ from, to }) => hour >= from && hour < to);
    const names = new Map((await tx.select({ id: tenants.id, name: tenants.name }).from(tenants)).map(({ id, name }) => [id, name]));
    const platform = freezes.filter(({ tenantId }) => tenantId === PLATFORM_TENANT);
    const requests = await readLoosenings(tx, now);
    return {
      held_by: changeIsHeldBy(null, platform, now) ?? (isOpen ? null : ("window" as const)),
      next: turnItem(nextTurn(null, platform, now)),
      /** The policy's own hours, UTC. */
      policy_windows: windows,
      freezes: freezes.map((row) => ({
        ...freezeItem(row),
        tenant_name: row.tenantId === PLATFORM_TENANT ? null : (names.get(row.tenantId) ?? null),
        in_force: row.startsAt <= now,
      })),
      items: await readMerchants(tx, freezes, now),
      held_up: await readHeldUp(tx, freezes, isOpen, now),
      requests: requests.filter(({ document }) => document.do === "freeze_change" || document.do === "calendar_change"),
      next_cursor: null,
    };
  });
}
