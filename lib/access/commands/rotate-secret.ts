import { and, eq, gt, isNull, lt, or } from "drizzle-orm";
import { z } from "zod";
import { pluginSecrets, plugins } from "@/db/schema/tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { lockPlugin } from "../plugins/lock-plugin";
import { addPluginSecret, newestSecretVersion } from "../plugins/plugin-secrets";

/** A plugin gets a new secret; the one before stays good for a day, so that the shop is not cut off while it is put in place. */
export const rotateSecret = defineCommand({
  name: "plugin.rotate-secret",
  permission: "plugin:write",
  input: z.strictObject({ pluginId: z.uuid(), reason: z.string().max(LIMITS.reasonCharacters).optional() }),

  async apply(tx, { pluginId, reason }, { actor, now }) {
    const plugin = await lockPlugin(tx, pluginId, actor);
    if (plugin.status === "revoked") refuse("conflict", "A revoked plugin gets no secret");
    const previous = await newestSecretVersion(tx, plugin.tenantId, pluginId);
    const ofPlugin = and(eq(pluginSecrets.tenantId, plugin.tenantId), eq(pluginSecrets.pluginId, pluginId));
    const previousUntil = new Date(now.getTime() + LIMITS.secretOverlapSeconds * 1_000);
    await tx
      .update(pluginSecrets)
      .set({ validUntil: previousUntil })
      .where(and(ofPlugin, eq(pluginSecrets.version, previous)));
    // Of secrets older than that none outlives a second rotation.
    const stillGood = or(isNull(pluginSecrets.validUntil), gt(pluginSecrets.validUntil, now));
    await tx
      .update(pluginSecrets)
      .set({ validUntil: now })
      .where(and(ofPlugin, lt(pluginSecrets.version, previous), stillGood));
    await addPluginSecret(tx, plugin, previous + 1, now);
    // By this the directory of every process notices, even when the clocks that wrote before were ahead.
    const updatedAt = new Date(Math.max(now.getTime(), plugin.updatedAt.getTime() + 1));
    await tx
      .update(plugins)
      .set({ updatedAt })
      .where(and(eq(plugins.tenantId, plugin.tenantId), eq(plugins.id, pluginId)));
    return {
      subject: `plugin:${pluginId}`,
      tenantId: plugin.tenantId,
      before: { secret_version: previous },
      after: { secret_version: previous + 1, previous_valid_until: previousUntil },
      reason,
      events: [{ name: "plugin.secret_rotated", payload: { tenantId: plugin.tenantId, pluginId } }],
      result: { id: pluginId, secret_version: previous + 1, previous_valid_until: previousUntil.toISOString() },
    };
  },
});
