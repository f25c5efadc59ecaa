import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { healActions, moduleDecisions, patchPlans } from "@/db/schema/modules/healing";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireFence } from "@/lib/gateway/lease";
import type { Change, CommandContext } from "@/lib/gateway/types";
import type { Json } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { actionNamed } from "../catalogue";
import { decideHeal, inputsDigest } from "../decide-heal";
import type { Decision, DecisionInput } from "../decision-types";
import type { Baseline, HealState } from "../types";
import { writePlan } from "../write-plan";
import {
  type ActionRow,
  actionEvent,
  actionLine,
  briefAction,
  escalation,
  type HealIncidentRow,
  lockIncident,
  type Moved,
  tellAction,
  updateAction,
  updateIncident,
} from "./action-row";

const input = z.strictObject({
  tenantId: z.uuid(),
  incidentId: z.uuid(),
  /** The service that would carry it out. */
  moduleId: z.uuid(),
  inputs: z.custom<DecisionInput>(),
  baseline: z.custom<Baseline>(),
  policyVersion: z.number().int(),
  fence: z.number().int(),
});
type Proposed = z.output<typeof input>;
type Acting = Extract<Decision, { do: "act" | "plan" }>;

/** Keeps what was decided with all it was decided from. */
export async function keepDecision(
  tx: WriterTx,
  about: { tenantId: string; incidentId: string; moduleKey: string; policyVersion: number },
  inputs: DecisionInput,
  { now, newId }: Pick<CommandContext, "now" | "newId">,
): Promise<{ id: string; decision: Decision }> {
  const id = newId();
  const decision = decideHeal(inputs);
  await tx.insert(moduleDecisions).values({ ...about, id, inputs, inputsDigest: inputsDigest(inputs), decision, at: now });
  return { id, decision };
}

function stateOf({ do: what, permit }: Acting): HealState {
  if (what === "plan") return "planned";
  return permit.kind === "auto" ? "proposed" : "refused";
}

const SUMMARY = { proposed: "Center does it", refused: "Center only suggests it", planned: "people do it: a plan is written" } as const;

function summaryOf(state: HealState, { explain, permit }: Acting): string {
  const stopped = permit.gates.filter(({ passed }) => !passed).map(({ why }) => why);
  const why = state === "refused" ? ` (${stopped.join("; ")})` : "";
  return `${SUMMARY[state as keyof typeof SUMMARY]}: ${explain}${why}`.slice(0, 1_000);
}

/** Nothing is left to try, or nothing may be: people are told, once. */
async function callPeople(
  tx: WriterTx,
  incident: HealIncidentRow,
  { inputs }: Proposed,
  why: string,
  now: Date,
): Promise<Change<{ [key: string]: Json }>> {
  if (incident.healState === "called") refuse("conflict", "People were called already");
  const hasTried = inputs.history.some(({ isBegun }) => isBegun);
  const status = await updateIncident(tx, incident, { event: hasTried ? "nothing_left" : "only_suggested", healState: "called" }, now);
  const { id: incidentId, moduleKey, tenantId } = incident;
  return {
    subject: `module-incident:${incidentId}`,
    tenantId,
    before: { status: incident.status },
    after: { status },
    reason: why,
    events: [{ name: "heal_action.person_needed", payload: { incidentId, moduleKey, why } }, ...escalation(incident, status)],
    moduleTimeline: [{ incidentId, kind: "action.person_needed", summary: `A person is needed: ${why}` }],
    result: { incident_id: incidentId, status, called: true },
  };
}

/** The suggestion that waits for people already; policy may permit it by now. */
async function waitingOne(tx: WriterTx, { tenantId, incidentId }: Proposed, action: string): Promise<ActionRow | null> {
  const [row] = await tx
    .select()
    .from(healActions)
    .where(
      and(
        eq(healActions.tenantId, tenantId),
        eq(healActions.incidentId, incidentId),
        eq(healActions.action, action),
        eq(healActions.state, "refused"),
      ),
    )
    .for("update");
  return row ?? null;
}

async function insertAction(
  tx: WriterTx,
  wanted: Proposed,
  { decision, decisionId }: { decision: Acting; decisionId: string },
  { now, newId, traceId }: CommandContext,
): Promise<ActionRow> {
  const { tenantId, incidentId, moduleId, baseline, inputs } = wanted;
  const entry = actionNamed(decision.action);
  const state = stateOf(decision);
  const end = state === "planned" ? { endedAt: now, endedWhy: "people do it" } : {};
  const row = {
    ...{ tenantId, incidentId, moduleId, moduleKey: inputs.module.key, baseline, decisionId, state, traceId, ...end },
    ...{ id: newId(), action: entry.key, level: entry.level, category: entry.category, episode: inputs.incident.episode },
    ...{ params: decision.do === "act" ? decision.params : {}, explain: decision.explain, permit: decision.permit },
    ...{ proposedAt: now, stateSince: now },
  };
  const [stored] = await tx.insert(healActions).values(row).onConflictDoNothing().returning();
  return stored ?? refuse("conflict", "Another action is at work on this module");
}

const HEAL_STATE = { proposed: "acting", refused: "suggested", planned: "planned" } as const;

/**
 * Decides about an incident, and keeps the decision with what comes of it: an action that begins at once, one that waits for people because
 * policy says so, a plan that only people carry out, or a call. Whoever decided on facts that are no longer so is refused.
 */
export const proposeAction = defineCommand({
  name: "heal-action.propose",
  permission: "incident:write",
  isPolled: true,
  input,

  async apply(tx, wanted, context): Promise<Change<{ [key: string]: Json }>> {
    const { tenantId, incidentId, inputs, policyVersion } = wanted;
    await requireFence(tx, { kind: "job", tenantId, id: incidentId, fence: wanted.fence });
    const incident = await lockIncident(tx, tenantId, incidentId);
    if (incident.status === "resolved" || incident.status === "closed") refuse("conflict", "The incident is over");
    const about = { tenantId, incidentId, moduleKey: incident.moduleKey, policyVersion };
    const { id: decisionId, decision } = await keepDecision(tx, about, inputs, context);
    if (decision.do === "rest") refuse("conflict", decision.why);
    if (decision.do === "call") return callPeople(tx, incident, wanted, decision.why, context.now);
    const waiting = await waitingOne(tx, wanted, decision.action);
    if (waiting && decision.permit.kind !== "auto") refuse("conflict", "It waits for people already");
    const state = stateOf(decision);
    const summary = summaryOf(state, decision);
    const moved: Moved = { from: waiting?.state ?? null, to: state, event: waiting ? "permitted" : "proposed", summary };
    const row = waiting
      ? await updateAction(tx, waiting, { decisionId, permit: decision.permit, baseline: wanted.baseline }, moved, context)
      : await insertAction(tx, wanted, { decision, decisionId }, context);
    if (!waiting) await tellAction(tx, row, moved, context);
    if (state === "planned")
      await tx.insert(patchPlans).values({ ...writePlan(row, inputs.module.checks, []), id: context.newId(), createdAt: context.now });
    // What has failed twice waits for people, who are called; any other suggestion waits where the incident is.
    const isSpent = state === "refused" && inputs.onModule.failures >= LIMITS.healFailuresUntilOff;
    const status = await updateIncident(
      tx,
      incident,
      { event: isSpent ? "nothing_left" : null, healState: HEAL_STATE[state as keyof typeof HEAL_STATE] },
      context.now,
    );
    return {
      subject: `heal-action:${row.id}`,
      tenantId,
      before: waiting ? briefAction(waiting) : null,
      after: { ...briefAction(row), permit: decision.permit.kind },
      reason: summary,
      events: [actionEvent(row, moved), ...escalation(incident, status)],
      moduleTimeline: [actionLine(row, moved)],
      result: briefAction(row),
    };
  },
});
