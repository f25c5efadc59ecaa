import { and, eq, inArray, sql } from "drizzle-orm";
import { earnedAutonomy } from "@/db/schema/autonomy";
import { pluginAgentCommands } from "@/db/schema/delivery";
import { pluginIncidents, siraDecisions, siraLearningFeedback } from "@/db/schema/incidents";
import { safetySwitches } from "@/db/schema/safety";
import { pluginState } from "@/db/schema/telemetry";
import { plugins } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import type { CommandContext, DomainEvent, TimelineLine } from "@/lib/gateway/types";
import { type IncidentEvent, nextStatus } from "@/lib/incidents/lifecycle";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { AUTONOMY_ACTIONS, endDemotes } from "@/lib/policy/autonomy/decide-autonomy";
import type { Watch } from "@/lib/sira/learning/watch";
import type { Finish } from "../attempt-state";
import { feedbackOf } from "../feedback-of";
import type { AttemptRow } from "./issue-command";

/** What was seen at the end, besides the end itself. */
export interface EndFacts {
  readonly isStillSick: boolean | null;
  readonly isInconclusive: boolean;
  readonly revertedFor: "worse" | "crash" | "no_evidence" | "cancelled" | null;
}

const LIVE = ["pending", "offered", "applied"] as const;

/** Takes back what was not fetched and closes what the agent will not answer any more. */
async function closeCommands(tx: WriterTx, attempt: AttemptRow, step: Finish, now: Date): Promise<boolean> {
  const own = and(eq(pluginAgentCommands.tenantId, attempt.tenantId), eq(pluginAgentCommands.attemptId, attempt.id));
  const rows = await tx.select().from(pluginAgentCommands).where(own).for("update");
  // Fetched, and perhaps applied or answered since: what is no longer pending is decided anew, never withdrawn.
  if (step.isWithdrawn && rows.some((row) => row.status !== "pending")) refuse("conflict", "The agent has fetched the command meanwhile");
  // The agent acknowledges the update that a commit confirms, not the commit itself.
  if (step.status === "success") {
    const confirmed = and(own, eq(pluginAgentCommands.type, "commit"), eq(pluginAgentCommands.status, "offered"));
    await tx.update(pluginAgentCommands).set({ status: "committed", finishedAt: now }).where(confirmed);
  }
  await tx
    .update(pluginAgentCommands)
    .set({ status: "cancelled", finishedAt: now })
    .where(and(own, inArray(pluginAgentCommands.status, [...LIVE])));
  return rows.some((row) => row.appliedAt !== null && row.type === attempt.method);
}

function incidentEventOf(attempt: AttemptRow, step: Finish, { isStillSick }: EndFacts): IncidentEvent {
  // Whoever called it off, by an order or by hand, wants the machine's hands off: it must not begin again by itself.
  if (step.needsPerson || attempt.status === "cancelled") return "heal_needs_person";
  // What nobody could see is not healed yet: beats have to prove it, or it is decided anew.
  if (step.status === "success") return isStillSick === null ? "heal_unproven" : isStillSick ? "heal_needs_person" : "healed";
  if (step.status === "rolled_back") return "heal_rolled_back";
  return step.status === "cancelled" ? "heal_cancelled" : "heal_failed";
}

async function moveIncident(tx: WriterTx, attempt: AttemptRow, event: IncidentEvent, { now }: CommandContext): Promise<DomainEvent[]> {
  if (attempt.incidentId === null) return [];
  const key = and(eq(pluginIncidents.tenantId, attempt.tenantId), eq(pluginIncidents.id, attempt.incidentId));
  const [incident] = await tx.select().from(pluginIncidents).where(key).for("update");
  const status = incident ? nextStatus(incident.status, event) : null;
  if (!incident || !status) return [];
  const ended = status === "resolved" ? { resolvedAt: now, resolvedBy: null, clearStreak: 0 } : {};
  const handed = status === "escalated" ? { escalatedAt: now } : {};
  const proof = event === "heal_unproven" ? { clearStreak: 0 } : {};
  const decideAt = status === "open" ? new Date(now.getTime() + (event === "heal_unproven" ? LIMITS.proofSeconds * 1_000 : 0)) : null;
  await tx
    .update(pluginIncidents)
    .set({ status, ...ended, ...handed, ...proof, decideAt, updatedAt: now })
    .where(key);
  const name = status === "resolved" ? "incident.resolved" : status === "escalated" ? "incident.escalated" : "incident.updated";
  return [{ name, payload: { incidentId: incident.id, pluginId: attempt.pluginId } }];
}

/** A plugin in an unknown or wrong state is left to people: the machine keeps its hands off until somebody has looked. */
async function holdPlugin(tx: WriterTx, attempt: AttemptRow, reason: string, { now, newId, actor }: CommandContext): Promise<void> {
  const set = { isOn: true, reason, setBy: actor.id, setAt: now };
  await tx
    .insert(safetySwitches)
    .values({ tenantId: attempt.tenantId, id: newId(), scope: "plugin", targetId: attempt.pluginId, name: "safe_mode", ...set })
    .onConflictDoUpdate({ target: [safetySwitches.tenantId, safetySwitches.scope, safetySwitches.targetId, safetySwitches.name], set });
}

/** The watch over a success, with what the plugin is like now: the label stands once it has passed without trouble or drift. */
async function startWatch(tx: WriterTx, { tenantId, pluginId }: AttemptRow): Promise<Watch | null> {
  const [state] = await tx
    .select({ disk_version: pluginState.diskVersion, running_version: pluginState.runningVersion })
    .from(pluginState)
    .where(and(eq(pluginState.tenantId, tenantId), eq(pluginState.pluginId, pluginId)));
  return state ? { seconds: LIMITS.siraWatchSeconds, ...state } : null;
}

async function writeFeedback(
  tx: WriterTx,
  attempt: AttemptRow,
  step: Finish,
  facts: EndFacts & { wasApplied: boolean },
  context: CommandContext,
): Promise<string> {
  const { incidentId } = attempt;
  const [decision] = attempt.decisionId
    ? await tx
        .select()
        .from(siraDecisions)
        .where(and(eq(siraDecisions.tenantId, attempt.tenantId), eq(siraDecisions.id, attempt.decisionId)))
    : [];
  const stagingPassed = typeof attempt.stagingReport?.passed === "boolean" ? attempt.stagingReport.passed : null;
  const outcome = feedbackOf({ status: step.status, stagingPassed, hasRecurred: false, hasConfigurationDrifted: false, ...facts });
  // What nobody proposed teaches nobody: a rollout's attempt answers to no incident.
  if (incidentId === null) return outcome;
  const watch = outcome === "fixed" ? await startWatch(tx, attempt) : null;
  await tx.insert(siraLearningFeedback).values({
    tenantId: attempt.tenantId,
    id: context.newId(),
    incidentId,
    attemptId: attempt.id,
    decisionId: attempt.decisionId,
    input: decision?.request ?? null,
    output: decision?.decision ?? null,
    outcome,
    detail: step.reason,
    at: context.now,
    watch,
  });
  return outcome;
}

/** Only what was earned is lost; where it was not, the evidence begins anew without a word about a demotion. */
function demotion(why: string, by: string, now: Date) {
  const { level, demotedBy, demotedAt, demotedReason } = earnedAutonomy;
  return {
    demotedBy: sql`case when ${level} = 'earned' then ${by} else ${demotedBy} end`,
    demotedAt: sql`case when ${level} = 'earned' then ${now.toISOString()}::timestamptz else ${demotedAt} end`,
    demotedReason: sql`case when ${level} = 'earned' then ${why} else ${demotedReason} end`,
  };
}

/** The first failure takes earned autonomy away, in the very transaction that records it; from here on it is earned anew. */
async function demoteAutonomy(tx: WriterTx, attempt: AttemptRow, why: string, { actor, now }: CommandContext): Promise<DomainEvent[]> {
  const action = AUTONOMY_ACTIONS.find((name) => name === (attempt.method === "update" ? "patch" : attempt.method));
  if (!action || attempt.rolloutId !== null) return [];
  const rows = await tx
    .update(earnedAutonomy)
    .set({
      level: "approval",
      since: now,
      askedBy: null,
      askedAt: null,
      askedReason: null,
      reason: why,
      updatedAt: now,
      updatedBy: actor.id,
      ...demotion(why, actor.id, now),
    })
    .where(and(eq(earnedAutonomy.tenantId, attempt.tenantId), eq(earnedAutonomy.action, action)))
    .returning({ action: earnedAutonomy.action });
  return rows.map((row) => ({ name: "policy.autonomy", payload: { action: row.action, level: "approval" } }));
}

/**
 * Ends an attempt: its commands, its incident, its plugin's record, what SIRA learns of it, and who is told.
 *
 * @throws Refusal conflict when a command that should be withdrawn was fetched meanwhile: then it is decided anew
 */
export async function endAttempt(
  tx: WriterTx,
  attempt: AttemptRow,
  step: Finish,
  facts: EndFacts,
  context: CommandContext,
): Promise<{ events: DomainEvent[]; timeline: TimelineLine[] }> {
  const { tenantId, pluginId, incidentId } = attempt;
  const wasApplied = await closeCommands(tx, attempt, step, context.now);
  const events = await moveIncident(tx, attempt, incidentEventOf(attempt, step, facts), context);
  const isNewVersion = step.status === "success" && attempt.toVersion !== null;
  if (isNewVersion && attempt.toVersion) {
    const set = { version: attempt.toVersion, lastGoodVersion: attempt.toVersion, updatedAt: context.now };
    await tx
      .update(plugins)
      .set(set)
      .where(and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId)));
  }
  if (endDemotes({ ...step, revertedFor: facts.revertedFor })) events.push(...(await demoteAutonomy(tx, attempt, step.reason, context)));
  if (step.adviseSwitch) await holdPlugin(tx, attempt, step.reason, context);
  const outcome = await writeFeedback(tx, attempt, step, { ...facts, wasApplied }, context);
  events.unshift({ name: `attempt.${step.status}`, payload: { attemptId: attempt.id, incidentId, pluginId, reason: step.reason } });
  const summary = `${attempt.method} ${attempt.fromVersion} → ${attempt.toVersion ?? attempt.fromVersion} ended ${step.status}: ${step.reason}`;
  const data = { attempt_id: attempt.id, status: step.status, outcome, needs_person: step.needsPerson };
  return { events, timeline: incidentId === null ? [] : [{ incidentId, kind: `attempt_${step.status}`, summary, data }] };
}
