import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { answerCommand } from "./answer-command";

export const failureSchema = z.strictObject({
  plugin_id: z.uuid(),
  command_id: z.uuid(),
  reason: z.string().max(500),
  rolled_back: z.boolean(),
  running_version: z.string().max(64),
});

/** An agent reports that a command did not take effect, or that it restored the last good copy after it had. */
export const failCommand = defineCommand({
  name: "command.fail",
  permission: "agent",
  input: z.strictObject({ tenantId: z.uuid(), word: failureSchema }),

  apply(tx, { tenantId, word }, { now }) {
    const say = { tenantId, pluginId: word.plugin_id, commandId: word.command_id, word };
    return answerCommand(tx, say, (row) =>
      row.status === "offered" || row.status === "applied" ? { status: "failed", finishedAt: now } : null,
    );
  },
});
