import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { pluginIncidents, siraDecisions } from "@/db/schema/incidents";
import { opsPolicy } from "@/db/schema/safety";
import { buildPlan, planSchema } from "@/lib/delivery/plan";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext, DomainEvent } from "@/lib/gateway/types";
import { type IncidentEvent, moveIncident } from "@/lib/incidents/lifecycle";
import { refuse } from "@/lib/kernel/refusal";
import type { WakeUp } from "@/lib/platform/queue";
import type { Permit, PermitInput } from "@/lib/policy/types";
import { siraDecisionSchema, siraRequestSchema } from "@/lib/sira/types";
import { beginAttempt, writePlan } from "./begin-attempt";

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

/** SIRA's proposal and policy's permit for one incident, with all they were derived from; what is permitted begins at once. */
export const decideIncident = defineCommand({
  name: "incident.decide",
  permission: "system",
  input,
  heals: ({ tenantId, permit, plan, request }) =>
    permit.kind === "auto" && plan ? { tenantId, pluginId: request.incident.plugin_id, isAutomatic: true } : null,

  async apply(tx, { tenantId, incidentId, ...made }, context: CommandContext) {
    const key = and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId));
    const [before] = await tx.select().from(pluginIncidents).where(key).for("update");
    if (!before) refuse("not-found", `No incident ${incidentId}`);
    if (before.decideAt === null) refuse("conflict", "This incident was decided meanwhile");
    const [policy] = await tx.select({ version: opsPolicy.version }).from(opsPolicy).where(eq(opsPolicy.id, 1)).for("share");
    if (policy?.version !== made.policyVersion) refuse("conflict", "The policy changed while this was decided");

    const decisionId = context.newId();
    const { source, request, decision, permitInput, permit } = made;
    await tx
      .insert(siraDecisions)
      .values({ tenantId, id: decisionId, incidentId, at: context.now, source, request, decision, permitInput, permit });
    const line = {
      incidentId,
      kind: "decided",
      summary: sentence(decision, permit),
      data: { decision_id: decisionId, permit: permit.kind },
    };

    const plan = made.plan && permit.kind !== "suggest" && permit.kind !== "deny" ? buildPlan(made.plan) : null;
    // Telling people is "permitted" too, but nothing runs then: the incident stays with them.
    const event: IncidentEvent = permit.kind === "auto" && !plan ? "only_suggested" : EVENT_OF[permit.kind];
    const after = {
      status: moveIncident(before.status, event),
      siraDecision: decision,
      permit,
      decisionId,
      planDigest: plan?.digest ?? null,
      decideAt: null,
    };
    await tx
      .update(pluginIncidents)
      .set({ ...after, updatedAt: context.now })
      .where(key);

    const wakes: WakeUp[] = [];
    const events: DomainEvent[] = [
      { name: "incident.decided", payload: { incidentId, pluginId: before.pluginId, action: decision.action, permit: permit.kind } },
    ];
    if (plan) {
      const work = {
        tenantId,
        incidentId,
        pluginId: before.pluginId,
        decisionId,
        plan,
        config: null,
        requestedBy: "system:sira",
        isAutomatic: true,
        requiredSignatures: permit.requiredSignatures,
      };
      await writePlan(tx, work, permit.kind === "auto" ? "executed" : "awaiting", context);
      if (permit.kind === "auto") wakes.push((await beginAttempt(tx, work, context)).wake);
      else events.push({ name: "incident.approval_needed", payload: { incidentId, pluginId: before.pluginId, planDigest: plan.digest } });
    }
    const seen = { status: before.status, decideAt: before.decideAt };
    return {
      subject: `incident:${incidentId}`,
      tenantId,
      before: seen,
      after,
      events,
      timeline: [line],
      wakes,
      result: { decisionId, permit: permit.kind },
    };
  },
});
