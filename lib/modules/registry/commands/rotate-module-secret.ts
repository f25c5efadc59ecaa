import { and, eq, gt, isNull, lt, or } from "drizzle-orm";
import { z } from "zod";
import { moduleSecrets, moduleServices } from "@/db/schema/modules/modules";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { moduleName } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { addModuleSecret, newestModuleSecret } from "./add-module-secret";
import { lockService, serviceNamed } from "./lock-service";

/** A module gets a new secret; the one before stays good for a day, so that it is not cut off while the new one is put in place. */
export const rotateModuleSecret = defineCommand({
  name: "module.rotate-secret",
  permission: "plugin:write",
  input: z.strictObject({ module: moduleName, reason: z.string().max(LIMITS.reasonCharacters).optional() }),

  async apply(tx, { module: name, reason }, { actor, now }) {
    const service = await lockService(tx, name, actor);
    const { moduleKey } = service;
    if (service.status === "revoked") refuse("conflict", "A revoked module gets no secret");
    const previous = await newestModuleSecret(tx, service.id);
    const own = and(eq(moduleSecrets.tenantId, PLATFORM_TENANT), eq(moduleSecrets.moduleId, service.id));
    const previousUntil = new Date(now.getTime() + LIMITS.secretOverlapSeconds * 1_000);
    await tx
      .update(moduleSecrets)
      .set({ validUntil: previousUntil })
      .where(and(own, eq(moduleSecrets.version, previous)));
    // Of secrets older than that none outlives a second rotation.
    const stillGood = or(isNull(moduleSecrets.validUntil), gt(moduleSecrets.validUntil, now));
    await tx
      .update(moduleSecrets)
      .set({ validUntil: now })
      .where(and(own, lt(moduleSecrets.version, previous), stillGood));
    await addModuleSecret(tx, service.id, previous + 1, now);
    // By this the directory of every process notices, even when the clocks that wrote before were ahead.
    const updatedAt = new Date(Math.max(now.getTime(), service.updatedAt.getTime() + 1));
    await tx.update(moduleServices).set({ updatedAt }).where(serviceNamed(name));
    return {
      subject: `module:${moduleKey}`,
      tenantId: PLATFORM_TENANT,
      before: { secret_version: previous },
      after: { secret_version: previous + 1, previous_valid_until: previousUntil },
      reason,
      events: [{ name: "module.secret_rotated", payload: { moduleKey } }],
      result: { id: service.id, module_key: moduleKey, secret_version: previous + 1, previous_valid_until: previousUntil.toISOString() },
    };
  },
});
