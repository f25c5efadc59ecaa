import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { healActions, patchPlans } from "@/db/schema/modules/healing";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireFence } from "@/lib/gateway/lease";
import type { CommandContext } from "@/lib/gateway/types";
import type { IncidentEvent } from "@/lib/incidents/lifecycle";
import type { Json } from "@/lib/kernel/canonical-json";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { placeOrder } from "@/lib/modules/channel/commands/order-module";
import type { OrderType } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { type HealEvent, requireMove } from "../action-table";
import { actionNamed } from "../catalogue";
import { deriveOrderId } from "../derive-order-id";
import type { HealStep } from "../heal-facts";
import type { Baseline, HealState, Verification } from "../types";
import { writePlan } from "../write-plan";
import {
  type ActionRow,
  actionEvent,
  actionLine,
  briefAction,
  escalation,
  lockAction,
  lockIncident,
  type Moved,
  updateAction,
  updateIncident,
} from "./action-row";
import { withdrawOrder } from "./withdraw-order";

type Moving = Exclude<HealStep, { do: "wait" }>;
const input = z.strictObject({
  tenantId: z.uuid(),
  incidentId: z.uuid(),
  actionId: z.uuid(),
  fence: z.number().int(),
  /** What the step was decided in. */
  expected: z.strictObject({ state: z.string(), step: z.number().int(), tries: z.number().int() }),
  next: z.custom<Moving>(),
  /** What the order that ended answered, by its type. */
  answered: z.record(z.string(), z.json()).default({}),
  /** How the module was when what did not help was given up. */
  aftermath: z.custom<Baseline>().nullable().default(null),
  /** The difference that a trial showed, where people have to apply it. */
  diff: z.array(z.json()).default([]),
});

/** How the incident goes on when an action of it does: the findings alone end it, so what was shown to help leaves it open for them. */
const INCIDENT: Readonly<Partial<Record<HealState, { event: IncidentEvent | null; healState: string }>>> = {
  ordered: { event: "permitted", healState: "acting" },
  snapshotting: { event: "permitted", healState: "acting" },
  done: { event: "heal_unproven", healState: "helped" },
  holding: { event: "heal_unproven", healState: "contained" },
  failed: { event: "heal_failed", healState: "failed" },
  rolled_back: { event: "heal_failed", healState: "failed" },
  cancelled: { event: "heal_cancelled", healState: "cancelled" },
  planned: { event: "heal_cancelled", healState: "planned" },
};

/** Gives the order of a step, in the very transaction that stores that the action waits for it. A repair's steps are a run's. */
async function give(
  tx: WriterTx,
  row: ActionRow,
  order: { type: OrderType; step: string; tries: number },
  context: CommandContext,
): Promise<string | null> {
  if (actionNamed(row.action).job !== null) return null;
  const id = deriveOrderId(row.id, order.step, order.tries);
  await placeOrder(
    tx,
    {
      ...{ module: row.moduleKey, type: order.type, tenantId: row.tenantId === PLATFORM_TENANT ? null : row.tenantId },
      ...{ params: { ...row.params }, reason: row.explain, category: row.category, ref: row.id, planDigest: null },
      expiresInSeconds: LIMITS.healOrderSeconds,
    },
    context,
    { id, agreedBy: row.approvedBy },
  );
  return id;
}

interface Advanced {
  readonly change: Partial<ActionRow>;
  readonly moved: Moved & { readonly event: HealEvent };
}

/** What was seen so far is remembered, so that whoever takes over does not begin anew. */
async function watch(tx: WriterTx, row: ActionRow, verification: Verification) {
  const at = and(eq(healActions.tenantId, row.tenantId), eq(healActions.id, row.id));
  await tx.update(healActions).set({ verification }).where(at);
  const about = { subject: `heal-action:${row.id}`, tenantId: row.tenantId };
  return { ...about, before: { verification: row.verification }, after: { verification }, result: briefAction(row) };
}

/** What was only lifted ended before; what could not be taken back, be it at the first try, needs a person at once. */
function incidentGoes(row: ActionRow, { to, event }: Moved): { event: IncidentEvent | null; healState: string } | null {
  if (row.state === "reverting" && to === "reverting") return { event: "heal_needs_person", healState: "undo_failed" };
  const goes = INCIDENT[to];
  if (!goes || (row.state === "reverting" && to === "done")) return null;
  if (event === "undo_failed") return { ...goes, event: "heal_needs_person" };
  return goes.event === "permitted" && row.approvedBy ? { ...goes, event: "heal_by_hand" } : goes;
}

async function carryOut(tx: WriterTx, row: ActionRow, next: Exclude<Moving, { do: "watch" }>, context: CommandContext): Promise<Advanced> {
  const from = row.state;
  if (next.do === "order") {
    const orderId = await give(tx, row, { type: next.order.type, step: String(next.step), tries: 0 }, context);
    const change = { orderId, step: next.step, tries: 0, begunAt: row.begunAt ?? context.now };
    return { change, moved: { from, to: next.to, event: next.event, summary: `Ordered: ${next.order.type}`, data: { order_id: orderId } } };
  }
  if (next.do === "revert") {
    const undo = actionNamed(row.action).undo ?? refuse("conflict", "There is no way back");
    const orderId = await give(tx, row, { type: undo, step: `undo ${next.why}`, tries: next.tries }, context);
    const change = { orderId, tries: next.tries, revertWhy: next.why };
    const moved = { from, to: "reverting", event: next.event ?? "unproven", data: { order_id: orderId } } as const;
    return { change, moved: { ...moved, summary: `Taken back by ${undo}: ${next.said}` } };
  }
  if (next.to === "cancelled") await withdrawOrder(tx, row, context);
  const change = {
    ...(next.event === "taken" || next.event === "obeyed" ? { hasEffect: true } : {}),
    ...(next.verification ? { verification: next.verification } : {}),
  };
  return { change, moved: { from, to: next.to, event: next.event, summary: next.why } };
}

/**
 * Does one step of a heal action: state, order, history and the incident's timeline in one transaction, held by the lease's fence and by what
 * the step was decided in. A worker that slept changes nothing; a crash leaves the step before or this one, whole.
 */
export const advanceAction = defineCommand({
  name: "heal-action.advance",
  permission: "incident:write",
  isPolled: true,
  input,

  async apply(tx, { tenantId, incidentId, actionId, fence, expected, next, answered, aftermath, diff }, context) {
    await requireFence(tx, { kind: "job", tenantId, id: incidentId, fence });
    const row = await lockAction(tx, actionId);
    const isSame = row.state === expected.state && row.step === expected.step && row.tries === expected.tries;
    if (row.tenantId !== tenantId || !isSame) refuse("conflict", `The action has moved on: it is ${row.state}`);
    if (next.do === "watch") return watch(tx, row, next.verification);
    const { change, moved } = await carryOut(tx, row, next, context);
    const isAgain = next.do === "revert" && next.event === null && row.state === "reverting";
    if (!isAgain) requireMove(row.state, moved.event, moved.to);
    const seen = { evidence: { ...row.evidence, ...answered }, ...(aftermath ? { aftermath } : {}) };
    const after = await updateAction(tx, row, { ...change, ...seen }, moved, context);
    if (moved.to === "planned") {
      const plan = writePlan(row, [], diff as Json[]);
      await tx.insert(patchPlans).values({ ...plan, id: context.newId(), createdAt: context.now });
    }
    const incident = await lockIncident(tx, tenantId, row.incidentId);
    const goes = incidentGoes(row, moved);
    const status = goes ? await updateIncident(tx, incident, goes, context.now) : incident.status;
    return {
      subject: `heal-action:${actionId}`,
      tenantId,
      before: briefAction(row),
      after: briefAction(after),
      reason: moved.summary,
      events: [actionEvent(after, moved), ...escalation(incident, status)],
      moduleTimeline: moved.to === "running" ? [] : [actionLine(after, moved)],
      result: briefAction(after),
    };
  },
});
