import { z } from "zod";
import { moduleServices } from "@/db/schema/modules/modules";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { CRITICALITIES, moduleKey } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { moduleItem } from "../module-item";
import { addModuleSecret } from "./add-module-secret";

const input = z.strictObject({
  moduleKey: moduleKey.refine((key) => key.length < 36, "too long"),
  title: z.string().trim().min(1).max(LIMITS.nameCharacters),
  criticality: z.enum(CRITICALITIES).default("standard"),
});

/** A module of the platform is connected: it gets an id, and a secret to sign its beats and signals with. */
export const registerModule = defineCommand({
  name: "module.register",
  permission: "plugin:write",
  input,

  async apply(tx, given, { actor, now, newId }) {
    requireAllTenants(actor, "Modules");
    const [service] = await tx
      .insert(moduleServices)
      .values({ tenantId: PLATFORM_TENANT, id: newId(), ...given, createdAt: now, updatedAt: now })
      .onConflictDoNothing()
      .returning();
    if (!service) refuse("conflict", `There is a module ${given.moduleKey} already`);
    await addModuleSecret(tx, service.id, 1, now);
    const after = moduleItem(service);
    return {
      subject: `module:${service.moduleKey}`,
      tenantId: PLATFORM_TENANT,
      before: null,
      after,
      events: [{ name: "module.registered", payload: { moduleKey: service.moduleKey } }],
      result: { ...after, secret_version: 1 },
    };
  },
});
