import { and, count, eq } from "drizzle-orm";
import { z } from "zod";
import { plugins, tenants } from "@/db/schema/tenants";
import { createTenantKey } from "@/lib/access/sealing/tenant-secrets";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { SANDBOX_KEY_PREFIX, SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import { parseVersion } from "@/lib/kernel/semver";
import { LIMITS } from "@/lib/platform/limits";
import { requireAllTenants } from "../people/require-all-tenants";
import { pluginItem } from "../plugins/plugin-item";
import { addPluginSecret } from "../plugins/plugin-secrets";

/** A plugin author gets a plugin to try things out with, in a tenant where nothing is healed and nobody is woken. */
export const registerSandboxPlugin = defineCommand({
  name: "sandbox.register",
  permission: "plugin:write",
  input: z.strictObject({
    version: z
      .string()
      .refine((version) => parseVersion(version) !== null, "a version such as 1.2.3")
      .default("1.0.0"),
  }),

  async apply(tx, { version }, { actor, now, newId }) {
    requireAllTenants(actor, "The sandbox");
    const sandbox = { id: SANDBOX_TENANT, slug: "sandbox", name: "Sandbox", createdAt: now };
    await tx.insert(tenants).values(sandbox).onConflictDoNothing();
    const [tenant] = await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, SANDBOX_TENANT)).for("update");
    if (!tenant) refuse("conflict", "A merchant is called sandbox already");
    await createTenantKey(tx, SANDBOX_TENANT, now);
    const active = and(eq(plugins.tenantId, SANDBOX_TENANT), eq(plugins.status, "active"));
    const [there] = await tx.select({ count: count() }).from(plugins).where(active);
    if ((there?.count ?? 0) >= LIMITS.sandboxPlugins)
      refuse("conflict", `There are ${LIMITS.sandboxPlugins} plugins in the sandbox already`);
    const id = newId();
    // The end of an id is random: a key that no other plugin has, and that no release is made for by mistake.
    const pluginKey = `${SANDBOX_KEY_PREFIX}${id.slice(-12)}`;
    const [plugin] = await tx
      .insert(plugins)
      .values({ tenantId: SANDBOX_TENANT, id, pluginKey, version, channel: "stable", paymentVolume: 0, createdAt: now, updatedAt: now })
      .returning();
    if (!plugin) throw new Error("the inserted plugin did not come back");
    await addPluginSecret(tx, plugin, 1, now);
    const after = pluginItem(plugin);
    return {
      subject: `plugin:${id}`,
      tenantId: SANDBOX_TENANT,
      before: null,
      after,
      events: [{ name: "plugin.registered", payload: { tenantId: SANDBOX_TENANT, pluginId: id } }],
      result: { ...after, secret_version: 1 },
    };
  },
});
