import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import { fleetIncidents, incidentEvents, pluginIncidents } from "@/db/schema/incidents";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext, DomainEvent } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { graver } from "@/lib/kernel/severity";
import { explainFleet, explainJoining } from "../fleet/explain-fleet";
import { groupFleet } from "../fleet/group-fleet";
import type { FleetAction, FleetKind, Suspect } from "../fleet/types";
import { nextStatus } from "../lifecycle";
import { readFleetInput } from "./read-fleet";
import { voidPlans } from "./void-plans";

type Opening = FleetAction & { readonly do: "open" };

/** Whoever groups the fleet waits for whoever is at it. */
export async function lockFleet(tx: WriterTx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(7105664)`);
}

/** A plan that waits for people would change a single shop for what is not its fault: it lapses. */
async function lapseWaiting(tx: WriterTx, rows: readonly { tenantId: string; id: string; status: string }[], now: Date): Promise<void> {
  const to = nextStatus("awaiting_approval", "approval_lapsed");
  if (to === null) throw new Error("a plan that waits can always lapse");
  for (const row of rows) {
    if (row.status !== "awaiting_approval") continue;
    await voidPlans(tx, row);
    const key = and(eq(pluginIncidents.tenantId, row.tenantId), eq(pluginIncidents.id, row.id));
    await tx.update(pluginIncidents).set({ status: to, planDigest: null, decideAt: now }).where(key);
  }
}

/** Members become one; each says so on its own timeline, without a word about the others. @returns how many there were to take in */
async function takeIn(
  tx: WriterTx,
  fleetId: string,
  kind: FleetKind,
  members: readonly Suspect[],
  { actor, now, newId }: CommandContext,
): Promise<number> {
  const ids = members.map(({ id }) => id);
  const rows = await tx
    .select({ tenantId: pluginIncidents.tenantId, id: pluginIncidents.id, status: pluginIncidents.status })
    .from(pluginIncidents)
    .where(and(inArray(pluginIncidents.id, ids), sql`${pluginIncidents.status} not in ('resolved', 'closed')`))
    .orderBy(pluginIncidents.tenantId, pluginIncidents.id)
    .for("update");
  if (rows.length === 0) return 0;
  if (kind === "shared") await lapseWaiting(tx, rows, now);
  const found = rows.map(({ id }) => id);
  await tx.update(pluginIncidents).set({ fleetId, fleetKind: kind, updatedAt: now }).where(inArray(pluginIncidents.id, found));
  const line = { at: now, kind: "fleet", actor: actor.id, summary: explainJoining(kind), data: { fleet_id: fleetId, fleet_kind: kind } };
  await tx.insert(incidentEvents).values(rows.map(({ tenantId, id }) => ({ tenantId, incidentId: id, id: newId(), ...line })));
  return rows.length;
}

async function open(tx: WriterTx, { kind, place, members, reach }: Opening, context: CommandContext): Promise<DomainEvent> {
  const id = context.newId();
  const { signature, build, cohort } = place;
  const merchants = new Set(members.map(({ tenantId }) => tenantId)).size;
  const explain = explainFleet(kind, place, members.length, merchants, reach);
  const severity = members.reduce((worst, one) => graver(worst, one.severity), members[0]?.severity ?? "low");
  const since = new Date(Math.min(...members.map(({ noticedAt }) => noticedAt.getTime())));
  await tx.insert(fleetIncidents).values({
    ...{ tenantId: PLATFORM_TENANT, id, kind, status: "open", signature, cohort, severity, explain, since },
    ...{ pluginKey: build?.pluginKey ?? null, version: build?.version ?? null, most: members.length },
    ...{ detectedAt: context.now, joinedAt: context.now, updatedAt: context.now },
  });
  await takeIn(tx, id, kind, members, context);
  return { name: "fleet.opened", payload: { fleetId: id, kind, merchants, explain } };
}

async function join(tx: WriterTx, action: FleetAction & { do: "join" }, context: CommandContext): Promise<DomainEvent> {
  const { fleetId, kind, members } = action;
  const joined = await takeIn(tx, fleetId, kind, members, context);
  const most = sql`greatest(${fleetIncidents.most}, (select count(*)::int from plugin_incidents i where i.fleet_id = ${fleetId}))`;
  const change = { joinedAt: context.now, updatedAt: context.now, most };
  await tx.update(fleetIncidents).set(change).where(eq(fleetIncidents.id, fleetId));
  return { name: "fleet.joined", payload: { fleetId, joined } };
}

/** A fleet incident is over: whoever is still ill of those it held is decided about by itself, from now on. */
export async function endFleet(
  tx: WriterTx,
  fleetId: string,
  { status, by }: { readonly status: "ended" | "dissolved"; readonly by: string | null },
  { now }: CommandContext,
): Promise<{ released: number }> {
  await tx.update(fleetIncidents).set({ status, endedAt: now, endedBy: by, updatedAt: now }).where(eq(fleetIncidents.id, fleetId));
  const isDue = sql`case when ${pluginIncidents.status} = 'open' then coalesce(${pluginIncidents.decideAt}, ${now.toISOString()}::timestamptz) else ${pluginIncidents.decideAt} end`;
  const released = await tx
    .update(pluginIncidents)
    .set({
      fleetKind: null,
      updatedAt: now,
      decideAt: sql`case when ${pluginIncidents.fleetKind} = 'shared' then ${isDue} else ${pluginIncidents.decideAt} end`,
    })
    .where(and(eq(pluginIncidents.fleetId, fleetId), isNotNull(pluginIncidents.fleetKind)))
    .returning({ id: pluginIncidents.id });
  return { released: released.length };
}

async function apply(tx: WriterTx, action: FleetAction, context: CommandContext): Promise<DomainEvent> {
  if (action.do === "open") return open(tx, action, context);
  if (action.do === "join") return join(tx, action, context);
  const { released } = await endFleet(tx, action.fleetId, { status: "ended", by: null }, context);
  return { name: "fleet.ended", payload: { fleetId: action.fleetId, released } };
}

/** What many merchants have at once becomes one fleet incident, takes in who falls ill of it, and ends; read and decided under one lock. */
export const groupFleetIncidents = defineCommand({
  name: "fleet.group",
  permission: "system",
  input: z.strictObject({}),
  // Two that look at the same time find the same; the later one finds it done.
  isPolled: true,

  async apply(tx, _input, context) {
    await lockFleet(tx);
    const input = await readFleetInput(tx, context.now);
    const actions = input ? groupFleet(input) : [];
    if (actions.length === 0) refuse("conflict", "There is nothing to group");
    const events: DomainEvent[] = [];
    for (const action of actions) events.push(await apply(tx, action, context));
    return {
      subject: "fleet:all",
      tenantId: null,
      before: { open: input?.live.map(({ id, left }) => ({ id, left })) ?? [] },
      after: events.map(({ name, payload }) => ({ name, ...payload })),
      events,
      result: { actions: actions.map((action) => action.do) },
    };
  },
});
