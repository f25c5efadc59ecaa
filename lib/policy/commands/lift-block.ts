import { eq } from "drizzle-orm";
import { z } from "zod";
import { scanBlocks } from "@/db/schema/modules/scanner";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { askLoosening } from "./ask-loosening";
import { lockPolicy } from "./switch-place";

/** Somebody wants open again what a violation closed: that leads away from safety, so it waits for a second person, as a switch does. */
export const liftBlock = defineCommand({
  name: "scanner.lift",
  permission: "switch:safer",
  input: z.strictObject({
    blockId: z.uuid(),
    reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { blockId, reason }, context) {
    requireAllTenants(context.actor, "What is closed");
    const [block] = await tx.select().from(scanBlocks).where(eq(scanBlocks.id, blockId)).for("update");
    if (!block) refuse("not-found", `No block ${blockId}`);
    if (block.liftedAt) refuse("conflict", "This is open again already");
    const { version } = await lockPolicy(tx);
    const { kind, target, setAt } = block;
    const document = { do: "lift_block" as const, block_id: blockId, kind, target, set_at: setAt.toISOString(), policy_version: version };
    const result = await askLoosening(tx, { tenantId: PLATFORM_TENANT, reason, document }, context);
    return {
      subject: `block:${blockId}`,
      tenantId: PLATFORM_TENANT,
      before: { kind, target },
      after: { asked: result },
      reason,
      events: [{ name: "switch.asked", payload: { block: target, actor: context.actor.id, requestId: result.request_id } }],
      result: { ...result },
    };
  },
});
