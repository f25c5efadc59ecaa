import { and, eq, gt, inArray, isNull, or } from "drizzle-orm";
import { z } from "zod";
import { plans } from "@/db/schema/delivery";
import { pluginIncidents } from "@/db/schema/incidents";
import { pluginSecrets, plugins } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext } from "@/lib/gateway/types";
import { resolve } from "@/lib/incidents/lifecycle";
import { LIMITS } from "@/lib/platform/limits";
import { lockPlugin } from "../plugins/lock-plugin";
import { pluginItem } from "../plugins/plugin-item";

/**
 * Whatever was open about the plugin ends with it, and plans that waited are void: nobody looks after it from here on. An
 * incident under an attempt is left to that attempt, since what became of the change is still to be said.
 */
async function endIncidents(tx: WriterTx, { tenantId, id: pluginId }: { tenantId: string; id: string }, { actor, now }: CommandContext) {
  const open = and(
    eq(pluginIncidents.tenantId, tenantId),
    eq(pluginIncidents.pluginId, pluginId),
    inArray(pluginIncidents.status, ["open", "awaiting_approval", "escalated"]),
  );
  const rows = await tx.select().from(pluginIncidents).where(open).for("update");
  for (const row of rows) {
    const set = { ...resolve(row, actor.id, now), decideAt: null, updatedAt: now };
    await tx
      .update(pluginIncidents)
      .set(set)
      .where(and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, row.id)));
  }
  await tx
    .update(plans)
    .set({ status: "void" })
    .where(and(eq(plans.tenantId, tenantId), eq(plans.pluginId, pluginId), eq(plans.status, "awaiting")));
  return rows.map(({ id }) => id);
}

/** A plugin is cut off for good: none of its secrets counts any more, on every instance within LIMITS.powerCacheMs. */
export const revokePlugin = defineCommand({
  name: "plugin.revoke",
  permission: "plugin:write",
  input: z.strictObject({ pluginId: z.uuid(), reason: z.string().max(LIMITS.reasonCharacters).optional() }),

  async apply(tx, { pluginId, reason }, context) {
    const { actor, now } = context;
    const before = await lockPlugin(tx, pluginId, actor);
    const isFirst = before.status === "active";
    const after = isFirst ? { ...before, status: "revoked" as const, updatedAt: now } : before;
    await tx
      .update(plugins)
      .set({ status: after.status, updatedAt: after.updatedAt })
      .where(and(eq(plugins.tenantId, before.tenantId), eq(plugins.id, pluginId)));
    const stillGood = or(isNull(pluginSecrets.validUntil), gt(pluginSecrets.validUntil, now));
    await tx
      .update(pluginSecrets)
      .set({ validUntil: now })
      .where(and(eq(pluginSecrets.tenantId, before.tenantId), eq(pluginSecrets.pluginId, pluginId), stillGood));
    const ended = isFirst ? await endIncidents(tx, before, context) : [];
    const result = pluginItem(after);
    const event = { name: "plugin.revoked", payload: { tenantId: before.tenantId, pluginId } };
    const over = ended.map((incidentId) => ({ name: "incident.resolved", payload: { incidentId, pluginId } }));
    return {
      subject: `plugin:${pluginId}`,
      tenantId: before.tenantId,
      before: pluginItem(before),
      after: result,
      reason,
      events: isFirst ? [event, ...over] : [],
      timeline: ended.map((incidentId) => ({ incidentId, kind: "resolved", summary: "The plugin was revoked" })),
      result,
    };
  },
});
