import { z } from "zod";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { lockSettings, writeSettings } from "./lock-settings";

/** How many of the incidents that can wait are left to people, so that it can be told what healing brings. 0, as it comes, is none. */
export const setHoldout = defineCommand({
  name: "sira.set_holdout",
  permission: "policy:write",
  input: z.strictObject({
    share: z.number().min(0).max(LIMITS.siraHoldoutShare),
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { share, reason }, { actor, now }) {
    requireAllTenants(actor, "The holdout");
    const { holdoutShare, holdoutStopped } = await lockSettings(tx);
    await writeSettings(tx, { holdoutShare: share, holdoutStopped: null }, actor, now);
    return {
      subject: "sira:holdout",
      tenantId: null,
      before: { share: holdoutShare, stopped: holdoutStopped },
      after: { share, stopped: null },
      reason,
      events: [{ name: "sira.holdout_set", payload: { share, actor: actor.id } }],
      result: { holdout_share: share },
    };
  },
});
