import { and, desc, eq } from "drizzle-orm";
import { z } from "zod";
import { siraPromotions } from "@/db/schema/sira";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { MODEL_V0 } from "../model-v0";
import { lockSettings, writeSettings } from "./lock-settings";

/** What was in force before the model was promoted; going back twice goes on to older ones, and ends at the static rules. */
async function before(tx: WriterTx, version: string): Promise<string> {
  const [promotion] = await tx
    .select({ from: siraPromotions.fromVersion })
    .from(siraPromotions)
    .where(and(eq(siraPromotions.tenantId, PLATFORM_TENANT), eq(siraPromotions.version, version), eq(siraPromotions.kind, "promote")))
    .orderBy(desc(siraPromotions.at), desc(siraPromotions.id))
    .limit(1);
  return promotion?.from ?? MODEL_V0.version;
}

/** The model before the one in force is in force again from the next decision on. Toward safety: one person, a reason. */
export const rollBackModel = defineCommand({
  name: "sira.rollback",
  permission: "switch:safer",
  input: z.strictObject({ from: z.string().min(1).max(64), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { from, reason }, { actor, now, newId }) {
    requireAllTenants(actor, "Models");
    const { activeVersion } = await lockSettings(tx);
    if (activeVersion !== from) refuse("conflict", `The model in force is ${activeVersion} by now`);
    if (activeVersion === MODEL_V0.version) refuse("conflict", "The static rules are in force: there is nothing before them");
    const version = await before(tx, activeVersion);
    await writeSettings(tx, { activeVersion: version }, actor, now);
    const row = { id: newId(), at: now, version, fromVersion: from, kind: "rollback" as const, by: actor.id, reason };
    await tx.insert(siraPromotions).values({ tenantId: PLATFORM_TENANT, ...row });
    return {
      subject: `sira_model:${version}`,
      tenantId: null,
      before: { active: from },
      after: { active: version },
      reason,
      events: [{ name: "sira.model_rolled_back", payload: { version, from, actor: actor.id } }],
      result: { active_version: version, previous_version: from },
    };
  },
});
