import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { answerCommand, type CommandRow } from "./answer-command";

/** Commands that the agent keeps on probation until a signed commit arrives. */
const CONFIRMED = new Set(["update", "config_update"]);

export const acknowledgementSchema = z.strictObject({
  plugin_id: z.uuid(),
  command_id: z.uuid(),
  stage: z.enum(["applied", "committed"]),
  running_version: z.string().max(64),
  disk_version: z.string().max(64),
  timings_ms: z.record(z.string().max(64), z.number().min(0)).optional(),
});

function after(row: CommandRow, stage: "applied" | "committed", now: Date): Partial<CommandRow> | null {
  const isConfirmed = CONFIRMED.has(row.type);
  if (stage === "applied") return isConfirmed && row.status === "offered" ? { status: "applied", appliedAt: now } : null;
  const isPossible = isConfirmed ? row.status === "applied" : row.status === "offered";
  return isPossible ? { status: "committed", finishedAt: now, appliedAt: row.appliedAt ?? now } : null;
}

/** An agent reports that a command took effect, or that it was confirmed for good. */
export const acknowledgeCommand = defineCommand({
  name: "command.acknowledge",
  permission: "agent",
  input: z.strictObject({ tenantId: z.uuid(), word: acknowledgementSchema }),

  apply(tx, { tenantId, word }, { now }) {
    const { timings_ms, ...meaning } = word;
    const say = { tenantId, pluginId: word.plugin_id, commandId: word.command_id, word: { ...meaning, timings_ms: timings_ms ?? {} } };
    return answerCommand(tx, say, (row) => after(row, word.stage, now));
  },
});
