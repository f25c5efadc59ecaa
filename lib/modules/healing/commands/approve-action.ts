import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { healActions, moduleDecisions } from "@/db/schema/modules/healing";
import { opsPolicy, safetySwitches } from "@/db/schema/safety";
import { modules } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { may } from "@/lib/access/roles";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { effectiveSwitches } from "@/lib/policy/effective-switches";
import { policyOf } from "@/lib/policy/policy-of";
import { requireMove } from "../action-table";
import type { DecisionInput } from "../decision-types";
import {
  type ActionRow,
  actionEvent,
  actionLine,
  briefAction,
  lockAction,
  lockIncident,
  type Moved,
  updateAction,
  updateIncident,
} from "./action-row";
import { keepDecision } from "./propose-action";

/** What policy and switches say now, under a lock that waits for whoever throws one. */
async function readNow(tx: WriterTx, row: ActionRow): Promise<Pick<DecisionInput, "policy" | "switches"> & { version: number }> {
  const [policy] = await tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1)).for("share");
  const rows = await tx
    .select()
    .from(safetySwitches)
    .where(inArray(safetySwitches.tenantId, [PLATFORM_TENANT, row.tenantId]));
  const [place] = await tx
    .select({ id: modules.id })
    .from(modules)
    .where(and(eq(modules.tenantId, row.tenantId), eq(modules.moduleKey, row.moduleKey)));
  const known = policy ? policyOf(policy) : null;
  const subject = { tenantId: row.tenantId, moduleId: place?.id ?? null, serviceId: row.moduleId, pluginId: null };
  return { policy: known, version: policy?.version ?? 0, switches: effectiveSwitches(rows, known, subject).switches };
}

/** One hand at a time: the action would be the module's second. @throws Refusal conflict */
async function requireFree(tx: WriterTx, row: ActionRow): Promise<void> {
  const live = ["proposed", "snapshotting", "ordered", "running", "verifying", "reverting"] as const;
  const [other] = await tx
    .select({ id: healActions.id })
    .from(healActions)
    .where(and(eq(healActions.tenantId, row.tenantId), eq(healActions.moduleKey, row.moduleKey), inArray(healActions.state, [...live])))
    .limit(1);
  if (other) refuse("conflict", `The action ${other.id} is at work on this module: wait for its end`);
}

/**
 * A person agrees to what Center only suggested; a worker then does it as any other, with the same proofs and the same way back. What policy
 * denies stays denied, and a governed fix (level 2) needs somebody who may approve plans.
 */
export const approveAction = defineCommand({
  name: "heal-action.approve",
  permission: "incident:write",
  input: z.strictObject({ actionId: z.uuid(), reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters) }),

  async apply(tx, { actionId, reason }, context) {
    const { actor, now } = context;
    requireAllTenants(actor, "Modules");
    const row = await lockAction(tx, actionId);
    requireMove(row.state, "approve", "proposed");
    if (row.level > 1 && !may(actor, "plan:approve")) refuse("forbidden", "A governed fix needs approver");
    const incident = await lockIncident(tx, row.tenantId, row.incidentId);
    if (incident.status === "resolved" || incident.status === "closed") refuse("conflict", "The incident is over");
    await requireFree(tx, row);
    const [decided] = await tx
      .select()
      .from(moduleDecisions)
      .where(and(eq(moduleDecisions.tenantId, row.tenantId), eq(moduleDecisions.id, row.decisionId)));
    if (!decided) refuse("conflict", "What was decided cannot be read");
    const { version, ...known } = await readNow(tx, row);
    const inputs: DecisionInput = { ...decided.inputs, ...known, at: now.toISOString(), approved: { action: row.action, by: actor.id } };
    const about = { tenantId: row.tenantId, incidentId: row.incidentId, moduleKey: row.moduleKey, policyVersion: version };
    const { id: decisionId, decision } = await keepDecision(tx, about, inputs, context);
    if (decision.do !== "act" || decision.permit.kind !== "auto") {
      const stopped = decision.do === "act" ? decision.permit.gates.filter(({ passed }) => !passed).map(({ why }) => why) : [];
      refuse("conflict", `Policy denies it: ${stopped.join("; ")}`);
    }
    const moved: Moved = { from: row.state, to: "proposed", event: "approve", summary: `${actor.id} agrees: ${reason}` };
    const change = { approvedBy: actor.id, approvedAt: now, decisionId, permit: decision.permit };
    const after = await updateAction(tx, row, change, moved, context);
    await updateIncident(tx, incident, { event: null, healState: "acting" }, now);
    return {
      subject: `heal-action:${actionId}`,
      tenantId: row.tenantId,
      before: briefAction(row),
      after: { ...briefAction(after), approved_by: actor.id },
      reason,
      events: [actionEvent(after, moved)],
      moduleTimeline: [actionLine(after, moved)],
      result: briefAction(after),
    };
  },
});
