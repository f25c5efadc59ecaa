import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { answerCommand, type CommandRow, isConfirmed } from "./answer-command";

export const acknowledgementSchema = z.strictObject({
  plugin_id: z.uuid(),
  command_id: z.uuid(),
  stage: z.enum(["applied", "committed"]),
  running_version: z.string().max(64),
  disk_version: z.string().max(64),
  timings_ms: z.record(z.string().max(64), z.number().min(0)).optional(),
});

function after(row: CommandRow, stage: "applied" | "committed", now: Date): Partial<CommandRow> | null {
  const done = { status: "committed" as const, finishedAt: row.finishedAt ?? now, appliedAt: row.appliedAt ?? now };
  if (isConfirmed(row)) {
    if (stage === "applied") return row.status === "offered" ? { status: "applied", appliedAt: now } : null;
    return row.status === "applied" ? done : null;
  }
  // A restart or a rollback has one step: an agent that reports both stages of it says twice that it is done.
  const isFollowedUp = stage === "committed" && row.status === "committed" && row.result?.stage === "applied";
  return row.status === "offered" || isFollowedUp ? done : null;
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
