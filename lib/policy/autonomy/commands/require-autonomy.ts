import { z } from "zod";
import { earnedAutonomy } from "@/db/schema/autonomy";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { AUTONOMY_ACTIONS } from "../decide-autonomy";
import { lockAutonomy } from "./autonomy-row";

/** From now on an action has to be earned at a merchant: a person agrees to each, until enough of them were kept. What was earned is lost. Toward safety. */
export const requireAutonomy = defineCommand({
  name: "autonomy.require",
  permission: "switch:safer",
  input: z.strictObject({
    tenantId: z.uuid(),
    action: z.enum(AUTONOMY_ACTIONS),
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { tenantId, action, reason }, { actor, now }) {
    const before = await lockAutonomy(tx, tenantId, action);
    const set = {
      level: "approval" as const,
      since: now,
      askedBy: null,
      askedAt: null,
      askedReason: null,
      reason,
      updatedAt: now,
      updatedBy: actor.id,
      ...(before?.level === "earned" ? { demotedBy: actor.id, demotedAt: now, demotedReason: reason } : {}),
    };
    await tx
      .insert(earnedAutonomy)
      .values({ tenantId, action, ...set })
      .onConflictDoUpdate({ target: [earnedAutonomy.tenantId, earnedAutonomy.action], set });
    return {
      subject: `autonomy:${action}`,
      tenantId,
      before: before && { level: before.level },
      after: { level: "approval" },
      reason,
      events: [{ name: "policy.autonomy", payload: { action, level: "approval" } }],
      result: { tenant_id: tenantId, action, level: "approval" },
    };
  },
});
