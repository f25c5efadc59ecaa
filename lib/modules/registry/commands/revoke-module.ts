import { and, eq, gt, inArray, isNull, or } from "drizzle-orm";
import { z } from "zod";
import { moduleCommands, moduleSecrets, moduleServices, moduleTokens } from "@/db/schema/modules/modules";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { moduleName } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { moduleItem } from "../module-item";
import { lockService, serviceNamed } from "./lock-service";

/** A module is cut off for good: neither its secrets nor its tokens count any more, and orders that waited for it are called off. */
export const revokeModule = defineCommand({
  name: "module.revoke",
  permission: "plugin:write",
  input: z.strictObject({ module: moduleName, reason: z.string().max(LIMITS.reasonCharacters).optional() }),

  async apply(tx, { module: name, reason }, { actor, now }) {
    const before = await lockService(tx, name, actor);
    const { moduleKey } = before;
    const isFirst = before.status === "active";
    const after = isFirst ? { ...before, status: "revoked" as const, updatedAt: now } : before;
    await tx.update(moduleServices).set({ status: after.status, updatedAt: after.updatedAt }).where(serviceNamed(name));
    const stillGood = or(isNull(moduleSecrets.validUntil), gt(moduleSecrets.validUntil, now));
    await tx
      .update(moduleSecrets)
      .set({ validUntil: now })
      .where(and(eq(moduleSecrets.tenantId, PLATFORM_TENANT), eq(moduleSecrets.moduleId, before.id), stillGood));
    await tx
      .update(moduleTokens)
      .set({ revokedAt: now })
      .where(and(eq(moduleTokens.tenantId, PLATFORM_TENANT), eq(moduleTokens.moduleId, before.id), isNull(moduleTokens.revokedAt)));
    await tx
      .update(moduleCommands)
      .set({ status: "cancelled", finishedAt: now })
      .where(and(eq(moduleCommands.moduleId, before.id), inArray(moduleCommands.status, ["queued", "offered"])));
    const result = moduleItem(after);
    return {
      subject: `module:${moduleKey}`,
      tenantId: PLATFORM_TENANT,
      before: moduleItem(before),
      after: result,
      reason,
      events: isFirst ? [{ name: "module.revoked", payload: { moduleKey } }] : [],
      result,
    };
  },
});
