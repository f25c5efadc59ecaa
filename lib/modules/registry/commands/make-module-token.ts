import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { moduleTokens } from "@/db/schema/modules/modules";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { moduleName } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { lockService } from "./lock-service";

/**
 * A module gets a bearer token for signals, for an application that cannot sign what it sends. Only its digest is known here: whoever asked made
 * the token, and shows it once. With `replace` every token before it ends.
 */
export const makeModuleToken = defineCommand({
  name: "module.make-token",
  permission: "plugin:write",
  input: z.strictObject({
    module: moduleName,
    /** SHA-256 of the token, in hex. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    replace: z.boolean().default(false),
    reason: z.string().max(LIMITS.reasonCharacters).optional(),
  }),

  async apply(tx, { module: name, sha256, replace, reason }, { actor, now, newId }) {
    const service = await lockService(tx, name, actor);
    const { moduleKey } = service;
    if (service.status === "revoked") refuse("conflict", "A revoked module gets no token");
    const ended = replace
      ? await tx
          .update(moduleTokens)
          .set({ revokedAt: now })
          .where(and(eq(moduleTokens.tenantId, PLATFORM_TENANT), eq(moduleTokens.moduleId, service.id), isNull(moduleTokens.revokedAt)))
          .returning({ id: moduleTokens.id })
      : [];
    const id = newId();
    const kept = {
      tenantId: PLATFORM_TENANT,
      id,
      moduleId: service.id,
      sha256: Buffer.from(sha256, "hex"),
      createdAt: now,
      createdBy: actor.id,
    };
    const made = await tx.insert(moduleTokens).values(kept).onConflictDoNothing().returning({ id: moduleTokens.id });
    if (made.length === 0) refuse("conflict", "There is this very token already");
    return {
      subject: `module:${moduleKey}`,
      tenantId: PLATFORM_TENANT,
      before: { ended: ended.map((token) => token.id) },
      after: { token_id: id },
      reason,
      events: [{ name: "module.token_made", payload: { moduleKey, tokenId: id } }],
      result: { id, module_key: moduleKey, ended: ended.length },
    };
  },
});
