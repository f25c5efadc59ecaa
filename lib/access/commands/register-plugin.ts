import { eq } from "drizzle-orm";
import { z } from "zod";
import { plugins, tenants } from "@/db/schema/tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { parseVersion } from "@/lib/kernel/semver";
import { urlField } from "@/lib/platform/outbound/url-field";
import { requireRegistrar } from "../plugins/lock-plugin";
import { pluginItem } from "../plugins/plugin-item";
import { addPluginSecret } from "../plugins/plugin-secrets";

const word = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

const input = z.strictObject({
  tenantId: z.uuid().toLowerCase(),
  pluginKey: z.string().regex(word, "lower-case letters and digits, separated by . _ or -").max(128),
  version: z.string().refine((version) => parseVersion(version) !== null, "a version such as 1.2.3"),
  channel: z.string().regex(word).max(32).default("stable"),
  probeUrl: urlField.nullable().default(null),
  paymentVolume: z.number().min(0).max(1e12).default(0),
});

/** A shop's plugin is connected: it gets an id and a secret to sign its beats with. */
export const registerPlugin = defineCommand({
  name: "plugin.register",
  permission: "plugin:write",
  input,

  async apply(tx, { tenantId, ...given }, { actor, now, newId }) {
    const [tenant] = await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, tenantId));
    if (!tenant) refuse("not-found", `No tenant ${tenantId}`);
    requireRegistrar(actor);
    const [plugin] = await tx
      .insert(plugins)
      .values({ tenantId, id: newId(), ...given, createdAt: now, updatedAt: now })
      .returning();
    if (!plugin) throw new Error("the inserted plugin did not come back");
    await addPluginSecret(tx, plugin, 1, now);
    const after = pluginItem(plugin);
    return {
      subject: `plugin:${plugin.id}`,
      tenantId,
      before: null,
      after,
      events: [{ name: "plugin.registered", payload: { tenantId, pluginId: plugin.id } }],
      result: { ...after, secret_version: 1 },
    };
  },
});
