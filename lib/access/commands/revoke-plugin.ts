import { and, eq, gt, isNull, or } from "drizzle-orm";
import { z } from "zod";
import { pluginSecrets, plugins } from "@/db/schema/tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { lockPlugin } from "../plugins/lock-plugin";
import { pluginItem } from "../plugins/plugin-item";

/** A plugin is cut off for good: none of its secrets counts any more, on every instance within LIMITS.powerCacheMs. */
export const revokePlugin = defineCommand({
  name: "plugin.revoke",
  permission: "plugin:write",
  input: z.strictObject({ pluginId: z.uuid(), reason: z.string().max(LIMITS.reasonCharacters).optional() }),

  async apply(tx, { pluginId, reason }, { actor, now }) {
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
    const result = pluginItem(after);
    const event = { name: "plugin.revoked", payload: { tenantId: before.tenantId, pluginId } };
    return {
      subject: `plugin:${pluginId}`,
      tenantId: before.tenantId,
      before: pluginItem(before),
      after: result,
      reason,
      events: isFirst ? [event] : [],
      result,
    };
  },
});
