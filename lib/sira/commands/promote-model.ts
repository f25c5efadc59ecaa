import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { siraModels, siraPromotions } from "@/db/schema/sira";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { lockSettings, writeSettings } from "./lock-settings";

/**
 * An approver puts a fitted model in force, bound to its content by its name and to the one it replaces. The learning job asked
 * for it, so one person who is not the asker is enough (protocol.md, Policy: a plain approval). Policy's gates stay as they are.
 */
export const promoteModel = defineCommand({
  name: "sira.promote",
  permission: "policy:write",
  input: z.strictObject({
    version: z.string().min(1).max(64),
    /** The model in force when this was decided: another one is a conflict. */
    from: z.string().min(1).max(64),
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { version, from, reason }, { actor, now, newId }) {
    requireAllTenants(actor, "Models");
    const { activeVersion } = await lockSettings(tx);
    if (activeVersion !== from) refuse("conflict", `The model in force is ${activeVersion} by now`);
    if (version === activeVersion) refuse("conflict", `Model ${version} is in force already`);
    const [model] = await tx
      .select({ version: siraModels.version, shadow: siraModels.shadow })
      .from(siraModels)
      .where(and(eq(siraModels.tenantId, PLATFORM_TENANT), eq(siraModels.version, version)));
    if (!model) refuse("not-found", `No model ${version}`);
    if (model.shadow.verdict === "worse") refuse("conflict", `Model ${version} was shown to be worse in the shadow`);
    await writeSettings(tx, { activeVersion: version }, actor, now);
    const row = { id: newId(), at: now, version, fromVersion: from, kind: "promote" as const, by: actor.id, reason };
    await tx.insert(siraPromotions).values({ tenantId: PLATFORM_TENANT, ...row });
    return {
      subject: `sira_model:${version}`,
      tenantId: null,
      before: { active: from },
      after: { active: version, verdict: model.shadow.verdict },
      reason,
      events: [{ name: "sira.model_promoted", payload: { version, from, actor: actor.id } }],
      result: { active_version: version, previous_version: from },
    };
  },
});
