import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { askShorter, lockFreeze, reasonField } from "./freeze-row";

/** Somebody wants a freeze over before its time, or not at all: nothing changes until a second person agrees. */
export const endFreeze = defineCommand({
  name: "freeze.end",
  permission: "calendar:write",
  input: z.strictObject({ freezeId: z.uuid(), reason: reasonField }),

  async apply(tx, { freezeId, reason }, context) {
    return askShorter(tx, await lockFreeze(tx, freezeId, context), null, reason, context);
  },
});
