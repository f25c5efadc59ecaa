import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { pluginIncidents, siraDecisions } from "@/db/schema/incidents";
import { opsPolicy } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import { buildPlan, planSchema } from "@/lib/delivery/plan";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext, DomainEvent } from "@/lib/gateway/types";
import { type IncidentEvent, moveIncident } from "@/lib/incidents/lifecycle";
import { refuse } from "@/lib/kernel/refusal";
import type { WakeUp } from "@/lib/platform/background/queue";
import { LIMITS } from "@/lib/platform/limits";
import type { Permit, PermitInput } from "@/lib/policy/types";
import { siraDecisionSchema, siraRequestSchema } from "@/lib/sira/types";
import { beginAttempt, type PlannedWork, signaturesFor, writePlan } from "./begin-attempt";
import { requireRoom } from "./release-flight";

const input = z.strictObject({
  tenantId: z.uuid(),
  incidentId: z.uuid(),
  source: z.enum(["local", "remote", "fallback"]),
  request: siraRequestSchema,
  decision: siraDecisionSchema,
  permitInput: z.custom<PermitInput>((value) => typeof value === "object" && value !== null),
  permit: z.custom<Permit>((value) => typeof value === "object" && value !== null && "kind" in value),
  policyVersion: z.number().int(),
  plan: planSchema.nullable(),
});

/** Gates that open by themselves or by somebody's hand, without the incident changing. */
const PASSING_GATES = new Set([
  "switches_known",
  "kill_switch",
  "safe_mode",
  "auto_heal",
  "window",
  "calendar",
  "storm",
  "in_flight",
  "proposal_trusted",
]);

const EVENT_OF: Record<Permit["kind"], IncidentEvent> = {
  auto: "permitted",
  approval: "approval_needed",
  suggest: "only_suggested",
  deny: "only_suggested",
};

function sentence(decision: z.infer<typeof siraDecisionSchema>, permit: Permit): string {
  const what = decision.action === "patch" ? `patch ${decision.patch_version}` : decision.action;
  const how = {
    auto: "permitted",
    approval: `waits for ${permit.requiredSignatures} approval(s)`,
    suggest: "suggested only",
    deny: "denied",
  }[permit.kind];
  return `SIRA proposes ${what} (confidence ${decision.confidence.toFixed(2)}): ${how}`;
}

/** What the permit lets happen: the attempt at once, or a plan that waits for people, or nothing. */
async function followPermit(
  tx: WriterTx,
  work: PlannedWork,
  permit: Permit,
  context: CommandContext,
): Promise<{ wakes: WakeUp[]; events: DomainEvent[] }> {
  const { incidentId, pluginId, plan } = work;
  const { type, plugin_key: pluginKey, to_version: version } = plan.document;
  if (permit.kind === "auto" && type === "update" && version !== null) await requireRoom(tx, { pluginKey, version });
  await writePlan(tx, work, permit.kind === "auto" ? "executed" : "awaiting", context);
  if (permit.kind === "auto") return { wakes: [(await beginAttempt(tx, work, context)).wake], events: [] };
  return { wakes: [], events: [{ name: "incident.approval_needed", payload: { incidentId, pluginId, planDigest: plan.digest } }] };
}

type Decision = z.output<typeof input>;

/** The incident as it was read for the decision. @throws Refusal conflict when it or the policy has moved on since */
async function lockUndecided(tx: WriterTx, { tenantId, incidentId, policyVersion, request }: Decision) {
  const [before] = await tx
    .select()
    .from(pluginIncidents)
    .where(and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId)))
    .for("update");
  if (!before) refuse("not-found", `No incident ${incidentId}`);
  if (before.decideAt === null) refuse("conflict", "This incident was decided meanwhile");
  if (before.fleetKind === "shared") refuse("conflict", "This incident is one of many with a cause above them");
  if (before.severity !== request.incident.severity || before.type !== request.incident.type)
    refuse("conflict", "The incident changed while it was decided");
  const [policy] = await tx.select({ version: opsPolicy.version }).from(opsPolicy).where(eq(opsPolicy.id, 1)).for("share");
  if (policy?.version !== policyVersion) refuse("conflict", "The policy changed while this was decided");
  return before;
}

/** When to look again: what only a switch, a window or a storm holds back is asked about anew after a while. */
function lookAgainAt(permit: Permit, now: Date): Date | null {
  const isHeld = permit.kind !== "auto" && permit.gates.some((gate) => !gate.passed && PASSING_GATES.has(gate.gate));
  const isPacked = permit.gates.some(({ gate, passed }) => gate === "in_flight" && !passed);
  const seconds = isPacked ? LIMITS.decidePackedSeconds : LIMITS.decideAgainSeconds;
  return isHeld ? new Date(now.getTime() + seconds * 1_000) : null;
}

/** How the incident moves on. After an attempt on it, what nobody tries any further and nobody asks about again is left to people. */
function eventOf({ permit, permitInput }: Decision, { hasPlan, isAskedAgain }: { hasPlan: boolean; isAskedAgain: boolean }): IncidentEvent {
  // Telling people is "permitted" too, but nothing runs then: the incident stays with them.
  const event: IncidentEvent = permit.kind === "auto" && !hasPlan ? "only_suggested" : EVENT_OF[permit.kind];
  const isLeft = event === "only_suggested" && !isAskedAgain && permitInput.attempts.onIncident > 0;
  return isLeft ? "nothing_left" : event;
}

/** SIRA's proposal and policy's permit for one incident, with all they were derived from; what is permitted begins at once. */
export const decideIncident = defineCommand({
  name: "incident.decide",
  permission: "system",
  input,
  heals: ({ tenantId, permit, plan, request, permitInput: { category } }) =>
    permit.kind === "auto" && plan ? { tenantId, pluginId: request.incident.plugin_id, isAutomatic: true, category } : null,

  async apply(tx, made, context) {
    const { tenantId, incidentId } = made;
    const before = await lockUndecided(tx, made);
    const { source, request, decision, permitInput, permit } = made;
    const { pluginId } = before;
    const decisionId = context.newId();
    await tx
      .insert(siraDecisions)
      .values({ tenantId, id: decisionId, incidentId, at: context.now, source, request, decision, permitInput, permit });

    const plan = made.plan && (permit.kind === "auto" || permit.kind === "approval") ? buildPlan(made.plan) : null;
    const lookAgain = before.status === "open" ? lookAgainAt(permit, context.now) : null;
    const event = eventOf(made, { hasPlan: plan !== null, isAskedAgain: lookAgain !== null });
    const status = moveIncident(before.status, event);
    const decideAt = status === "open" ? lookAgain : null;
    const isHandedOver = status === "escalated" && before.status === "open";
    const after = { status, siraDecision: decision, permit, decisionId, planDigest: plan?.digest ?? null, decideAt };
    const handed = isHandedOver ? { escalatedAt: context.now } : {};
    const key = and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId));
    await tx
      .update(pluginIncidents)
      .set({ ...after, ...handed, updatedAt: context.now })
      .where(key);

    const common = { tenantId, incidentId, pluginId, decisionId, requestedBy: "system:sira", isAutomatic: true };
    const work = plan
      ? { ...common, plan, config: null, requiredSignatures: await signaturesFor(tx, plan, permit.requiredSignatures) }
      : null;
    const { wakes, events } = work ? await followPermit(tx, work, permit, context) : { wakes: [], events: [] };
    const decided = { name: "incident.decided", payload: { incidentId, pluginId, action: decision.action, permit: permit.kind } };
    const line = {
      incidentId,
      kind: "decided",
      summary: sentence(decision, permit),
      data: { decision_id: decisionId, permit: permit.kind },
    };
    return {
      subject: `incident:${incidentId}`,
      tenantId,
      before: { status: before.status, decideAt: before.decideAt },
      after,
      events: [decided, ...events, ...(isHandedOver ? [{ name: "incident.escalated", payload: { incidentId, pluginId } }] : [])],
      timeline:
        before.permit?.kind === permit.kind && before.siraDecision?.action === decision.action && permit.kind !== "auto" ? [] : [line],
      wakes,
      result: { decisionId, permit: permit.kind },
    };
  },
});
