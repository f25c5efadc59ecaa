import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { emergencyItems, emergencyRollbacks } from "@/db/schema/approvals";
import { pluginReleases } from "@/db/schema/delivery";
import { opsPolicy } from "@/db/schema/safety";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import type { Actor } from "@/lib/access/types";
import { type EmergencyScope, emergencyScopeSchema } from "@/lib/approvals/types";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext, DomainEvent } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { isWithin, type Reached, readReach, versionOf } from "./emergency-reach";
import { type EmergencyVerdict, emergencyVerdict } from "./emergency-verdict";

interface Ordered {
  readonly scope: EmergencyScope;
  readonly reason: string;
}
type Item = Reached & EmergencyVerdict;

/** Where the record of it lies. @throws Refusal forbidden beyond the actor's tenants, not-found for an unknown tenant */
async function homeOf(tx: WriterTx, scope: EmergencyScope, actor: Actor): Promise<string> {
  if (scope === "global") requireAllTenants(actor, "Emergency rollbacks of everything");
  if (typeof scope === "object" && "tenant_id" in scope) {
    const [tenant] = await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, scope.tenant_id));
    return tenant && tenant.id !== PLATFORM_TENANT ? tenant.id : refuse("not-found", "No such tenant");
  }
  if (actor.tenants.kind === "all") return PLATFORM_TENANT;
  const [only, ...others] = actor.tenants.ids;
  if (!only || others.length > 0) requireAllTenants(actor, "Emergency rollbacks of one plugin at several merchants");
  return only ?? PLATFORM_TENANT;
}

/** The policy's row, first of all locks: from here on nothing new begins anywhere until this is committed. */
async function killAll(tx: WriterTx, { scope, reason }: Ordered, { actor, now }: CommandContext): Promise<void> {
  const [policy] = await tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1)).for("update");
  if (!policy) refuse("unavailable", "The policy could not be read", { code: "ERR_SWITCHES_UNKNOWN" });
  if (scope !== "global") return;
  // Also when it is killed already: whoever asked to turn it off did not know of this.
  const set = { autopatchEnabled: false, killReason: reason, version: policy.version + 1, updatedAt: now, updatedBy: actor.id };
  await tx.update(opsPolicy).set(set).where(eq(opsPolicy.id, 1));
}

/** Turns the kill switch on wherever the scope reaches; one version is withdrawn besides, so that it comes to nobody else. */
async function holdScope(
  tx: WriterTx,
  { scope, reason }: Ordered,
  reached: readonly Item[],
  { actor, now }: CommandContext,
): Promise<void> {
  if (scope === "global") return;
  const version = versionOf(scope);
  const places =
    "tenant_id" in scope
      ? sql`select ${scope.tenant_id}::uuid as tenant_id, 'tenant' as scope, null::uuid as target_id`
      : version === null
        ? sql`select p.tenant_id, 'plugin' as scope, p.id as target_id from plugins p where ${isWithin(scope)} and p.status = 'active'`
        : sql`select p.tenant_id, 'plugin' as scope, p.id as target_id from plugins p where p.id = any (${`{${reached.map(({ pluginId }) => pluginId).join(",")}}`}::uuid[])`;
  await tx.execute(sql`
    insert into safety_switches (tenant_id, id, scope, target_id, name, is_on, reason, set_by, set_at)
    select place.tenant_id, gen_random_uuid(), place.scope, place.target_id, 'kill_switch', true, ${reason}, ${actor.id}, ${now.toISOString()}::timestamptz
    from (${places}) place
    on conflict (tenant_id, scope, target_id, name) do update
      set is_on = true, reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at`);
  if ("plugin_key" in scope && version !== null) {
    const release = and(eq(pluginReleases.pluginKey, scope.plugin_key), eq(pluginReleases.version, version));
    await tx.update(pluginReleases).set({ status: "recalled" }).where(release);
  }
}

/** Calls off every change under way within the scope, as the runbook's SQL does: workers withdraw or revert each of them. */
async function callBack(tx: WriterTx, { scope, reason }: Ordered, { actor, now }: CommandContext) {
  const version = versionOf(scope);
  const at = now.toISOString();
  return tx.execute<{ tenant_id: string; id: string; incident_id: string; plugin_id: string }>(sql`
    with live as (
      select a.tenant_id, a.id, a.incident_id, a.plugin_id, a.status, a.phase from plugin_autopatch_attempts a
      join plugins p on p.tenant_id = a.tenant_id and p.id = a.plugin_id
      where a.phase not in ('done', 'reverting') and a.method <> 'rollback' and a.status <> 'cancelled' and ${isWithin(scope)}
        and ${version === null ? sql`true` : sql`a.to_version = ${version}`}
      order by a.tenant_id, a.id for update of a
    ), written as (
      insert into autopatch_attempt_events (tenant_id, attempt_id, id, at, from_status, to_status, phase, actor, reason, detail)
      select tenant_id, id, gen_random_uuid(), ${at}::timestamptz, status, 'cancelled', phase, ${actor.id}, ${`emergency rollback: ${reason}`}, '{}'::jsonb from live
    )
    update plugin_autopatch_attempts a set status = 'cancelled', due_at = ${at}::timestamptz, updated_at = ${at}::timestamptz
    from live where a.tenant_id = live.tenant_id and a.id = live.id
    returning a.tenant_id, a.id, a.incident_id, a.plugin_id`);
}

const OPEN: ReadonlySet<string> = new Set(["stopped", "called_back", "undo"]);

async function writeItems(tx: WriterTx, emergencyId: string, items: readonly Item[], now: Date): Promise<void> {
  for (let start = 0; start < items.length; start += LIMITS.emergencyRowsAtOnce) {
    const rows = items.slice(start, start + LIMITS.emergencyRowsAtOnce).map(({ tenantId, pluginId, kind, why, liveId, keptId }) => ({
      tenantId,
      emergencyId,
      pluginId,
      kind,
      why,
      attemptId: liveId ?? keptId,
      settledAt: OPEN.has(kind) ? null : now,
      createdAt: now,
    }));
    await tx.insert(emergencyItems).values(rows);
  }
}

function countOf(items: readonly Item[], kind: Item["kind"]): number {
  return items.filter((item) => item.kind === kind).length;
}

function eventsOf(
  { scope, reason }: Ordered,
  moved: readonly { id: string; incident_id: string; plugin_id: string }[],
  actor: Actor,
): DomainEvent[] {
  const name = scope === "global" ? "global" : "tenant_id" in scope ? `tenant:${scope.tenant_id}` : `plugin:${scope.plugin_key}`;
  return [
    { name: "switch.changed", payload: { switch: "kill_switch", scope: name, on: true, actor: actor.id, reason } },
    ...moved.map((row) => ({
      name: "attempt.moved",
      payload: { attemptId: row.id, incidentId: row.incident_id, pluginId: row.plugin_id, status: "cancelled" },
    })),
  ];
}

/**
 * Somebody stops and undoes: the matching kill switch goes on, what no beat has fetched is withdrawn, what may have been applied is
 * rolled back by a signed command, and what was kept lately goes back to the version before. One person and a reason are enough;
 * repeated, it finds nothing left to do. Workers carry it on from the rows that this leaves (jobs/follow-emergencies.ts).
 */
export const emergencyRollback = defineCommand({
  name: "emergency.rollback",
  permission: "switch:safer",
  input: z.strictObject({ scope: emergencyScopeSchema, reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, ordered, context) {
    const { actor, now } = context;
    const { scope, reason } = ordered;
    const tenantId = await homeOf(tx, scope, actor);
    const undoSince = new Date(now.getTime() - LIMITS.emergencyUndoSeconds * 1_000);
    await killAll(tx, ordered, context);
    const moved = await callBack(tx, ordered, context);
    const reached = await readReach(tx, scope, now);
    const items = reached.flatMap((plugin): Item[] => {
      const verdict = emergencyVerdict(plugin, undoSince, versionOf(scope));
      return verdict ? [{ ...plugin, ...verdict }] : [];
    });
    await holdScope(tx, ordered, items, context);
    const id = context.newId();
    await tx.insert(emergencyRollbacks).values({ tenantId, id, scope, reason, orderedBy: actor.id, at: now, undoSince });
    await writeItems(tx, id, items, now);
    const counts = {
      stopped: countOf(items, "stopped"),
      called_back: countOf(items, "called_back"),
      undo: countOf(items, "undo"),
      can_undo: countOf(items, "can_undo"),
      cannot_undo: countOf(items, "cannot_undo"),
    };
    return {
      subject: `emergency:${id}`,
      tenantId: tenantId === PLATFORM_TENANT ? null : tenantId,
      before: null,
      after: { scope, ...counts },
      reason,
      events: eventsOf(ordered, moved, actor),
      wakes: moved.map((row) => ({ queue: "attempt" as const, id: row.id, tenantId: row.tenant_id })),
      result: { id, at: now.toISOString(), ...counts },
    };
  },
});
