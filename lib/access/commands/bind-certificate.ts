import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { plugins } from "@/db/schema/tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { lockPlugin } from "../plugins/lock-plugin";
import { pluginItem } from "../plugins/plugin-item";

/** From now on a plugin is heard only with the client certificate of this key, or (null) without any again. */
export const bindCertificate = defineCommand({
  name: "plugin.bind-certificate",
  permission: "plugin:write",
  input: z.strictObject({
    pluginId: z.uuid().toLowerCase(),
    /** SHA-256 of the certificate's public key (SPKI), in hex. */
    spkiSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "64 hex digits")
      .nullable(),
    reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { pluginId, spkiSha256, reason }, { actor, now }) {
    const before = await lockPlugin(tx, pluginId, actor);
    if (before.status === "revoked") refuse("conflict", "A revoked plugin is bound to nothing");
    // By this the directory of every process notices, even when the clocks that wrote before were ahead.
    const updatedAt = new Date(Math.max(now.getTime(), before.updatedAt.getTime() + 1));
    const set = { clientSpki: spkiSha256, updatedAt };
    await tx
      .update(plugins)
      .set(set)
      .where(and(eq(plugins.tenantId, before.tenantId), eq(plugins.id, pluginId)));
    const result = pluginItem({ ...before, ...set });
    return {
      subject: `plugin:${pluginId}`,
      tenantId: before.tenantId,
      before: pluginItem(before),
      after: result,
      reason,
      events: [{ name: "plugin.bound", payload: { tenantId: before.tenantId, pluginId } }],
      result,
    };
  },
});
