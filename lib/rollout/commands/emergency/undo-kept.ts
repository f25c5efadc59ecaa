import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { emergencyItems, emergencyRollbacks } from "@/db/schema/approvals";
import { opsPolicy } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import { buildPlan } from "@/lib/delivery/plan";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { newToken } from "@/lib/platform/random";
import { beginAttempt, writePlan } from "../begin-attempt";
import { type Reached, readReach, versionOf } from "./emergency-reach";
import { emergencyVerdict } from "./emergency-verdict";

type EmergencyRow = typeof emergencyRollbacks.$inferSelect;

/** Begins the signed way back from a version that was kept: without reference, to a version that the agent keeps on disk. */
async function beginWayBack(tx: WriterTx, plugin: Reached, emergency: EmergencyRow, context: CommandContext) {
  const { kept, keptIncidentId: incidentId, tenantId, pluginId } = plugin;
  const [policy] = await tx.select({ version: opsPolicy.version }).from(opsPolicy).where(eq(opsPolicy.id, 1)).for("share");
  if (!kept?.toVersion || !incidentId) refuse("conflict", "There is nothing to go back to");
  const document = {
    type: "rollback" as const,
    plugin_ids: [pluginId],
    plugin_key: plugin.pluginKey,
    from_version: kept.toVersion,
    to_version: kept.fromVersion,
    artifact_sha256: null,
    policy_version: policy?.version ?? 0,
    nonce: newToken(18),
    expires_at: new Date(context.now.getTime() + LIMITS.planLifeSeconds * 1_000).toISOString(),
  };
  const work = {
    tenantId,
    incidentId,
    pluginId,
    decisionId: null,
    plan: buildPlan(document),
    config: null,
    requestedBy: emergency.orderedBy,
    isAutomatic: false,
    requiredSignatures: 0,
  };
  await writePlan(tx, work, "executed", context);
  const { attemptId, wake } = await beginAttempt(tx, work, context);
  const summary = `Emergency rollback by ${emergency.orderedBy}: back from ${document.from_version} to ${document.to_version}: ${emergency.reason}`;
  const line = { incidentId, kind: "ordered", summary, data: { attempt_id: attemptId, emergency_id: emergency.id } };
  return { attemptId, wake, line };
}

/**
 * What an emergency rollback left to do for one plugin is done once its own change under way has ended: a version that was kept
 * lately, or in that very moment, goes back to the one before. Begun once, never again (safety.md, case 17).
 */
export const undoKept = defineCommand({
  name: "emergency.undo",
  permission: "system",
  input: z.strictObject({ tenantId: z.uuid(), homeTenantId: z.uuid(), emergencyId: z.uuid(), pluginId: z.uuid() }),

  async apply(tx, { tenantId, homeTenantId, emergencyId, pluginId }, context) {
    const key = and(
      eq(emergencyItems.tenantId, tenantId),
      eq(emergencyItems.emergencyId, emergencyId),
      eq(emergencyItems.pluginId, pluginId),
    );
    const [item] = await tx.select().from(emergencyItems).where(key).for("update");
    const [emergency] = await tx
      .select()
      .from(emergencyRollbacks)
      .where(and(eq(emergencyRollbacks.tenantId, homeTenantId), eq(emergencyRollbacks.id, emergencyId)));
    if (!item || !emergency) refuse("not-found", `No emergency rollback ${emergencyId}`);
    if (item.settledAt) refuse("conflict", "This was settled meanwhile");
    const [plugin] = await readReach(tx, emergency.scope, context.now, pluginId);
    if (plugin?.live) refuse("conflict", "A change is under way on this plugin");
    const verdict = plugin ? emergencyVerdict(plugin, emergency.undoSince, versionOf(emergency.scope)) : null;
    const begun = plugin && verdict?.kind === "undo" ? await beginWayBack(tx, plugin, emergency, context) : null;
    // What ended as it was meant to stays what it was; a way back that is no way any more says why.
    const changed =
      begun || item.kind === "undo" ? { kind: verdict?.kind ?? ("stopped" as const), why: verdict?.why ?? "it is back already" } : {};
    const set = { ...changed, undoAttemptId: begun?.attemptId ?? null, settledAt: context.now };
    await tx.update(emergencyItems).set(set).where(key);
    return {
      subject: `emergency:${emergencyId}`,
      tenantId,
      before: { plugin_id: pluginId, kind: item.kind },
      after: { plugin_id: pluginId, ...set },
      reason: emergency.reason,
      events: [{ name: "switch.followed", payload: { emergencyId, pluginId } }],
      timeline: begun ? [begun.line] : [],
      wakes: begun ? [begun.wake] : [],
      result: { undo_attempt_id: set.undoAttemptId },
    };
  },
});
