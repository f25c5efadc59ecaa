import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { lockSettings, writeSettings } from "./lock-settings";

/** The holdout stops itself once it is known that healing helps; only a person starts it again. */
export const stopHoldout = defineCommand({
  name: "sira.stop_holdout",
  permission: "system",
  input: z.strictObject({ reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { reason }, { actor, now }) {
    const { holdoutShare, holdoutStopped } = await lockSettings(tx);
    if (holdoutShare === 0 || holdoutStopped !== null) refuse("conflict", "Nothing is held out");
    await writeSettings(tx, { holdoutStopped: reason }, actor, now);
    return {
      subject: "sira:holdout",
      tenantId: null,
      before: { share: holdoutShare, stopped: null },
      after: { share: holdoutShare, stopped: reason },
      reason,
      events: [{ name: "sira.holdout_stopped", payload: { reason } }],
      result: { stopped: reason },
    };
  },
});
