import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { plugins } from "@/db/schema/tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";

/** A version has run well for a while at a plugin: from here on it is what a rollback goes back to. */
export const proveVersion = defineCommand({
  name: "plugin.prove-version",
  permission: "system",
  input: z.strictObject({ tenantId: z.uuid(), pluginId: z.uuid(), version: z.string().min(1).max(64) }),

  async apply(tx, { tenantId, pluginId, version }, { now }) {
    const key = and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId));
    const [plugin] = await tx.select().from(plugins).where(key).for("update");
    if (!plugin) refuse("not-found", `No plugin ${pluginId}`);
    // What is on trial proves itself by its verdict, and what is sick proves nothing.
    const [busy] = await tx.execute(sql`
      select 1 from plugin_incidents where tenant_id = ${tenantId} and plugin_id = ${pluginId} and status not in ('resolved', 'closed')
      union all select 1 from plugin_autopatch_attempts where tenant_id = ${tenantId} and plugin_id = ${pluginId} and phase <> 'done'`);
    if (busy) refuse("conflict", "This plugin has an incident or an attempt");
    await tx.update(plugins).set({ lastGoodVersion: version, updatedAt: now }).where(key);
    return {
      subject: `plugin:${pluginId}`,
      tenantId,
      before: { lastGoodVersion: plugin.lastGoodVersion },
      after: { lastGoodVersion: version },
      reason: "it has run well for a while",
      result: { version },
    };
  },
});
