import { and, eq } from "drizzle-orm";
import { pluginAgentCommands } from "@/db/schema/delivery";
import type { WriterTx } from "@/db/writer";
import type { Change } from "@/lib/gateway/types";
import { digestOf, type Json } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";

export type CommandRow = typeof pluginAgentCommands.$inferSelect;
type Answer = { command_id: string; status: string; recorded: true };

/** What an agent's word does to its command, or null when it is not possible in this state. */
export type Transition = (row: CommandRow) => Partial<CommandRow> | null;

/**
 * Takes an agent's word on one of its commands. The same word again gets the same answer and has no effect; another
 * plugin's command does not exist for it; another word after the end is a conflict.
 *
 * @throws Refusal not-found, conflict
 */
export async function answerCommand(
  tx: WriterTx,
  say: { tenantId: string; pluginId: string; commandId: string; word: { readonly [key: string]: Json } },
  transition: Transition,
): Promise<Change<Answer>> {
  const key = and(eq(pluginAgentCommands.tenantId, say.tenantId), eq(pluginAgentCommands.id, say.commandId));
  const [row] = await tx.select().from(pluginAgentCommands).where(key).for("update");
  if (!row || row.pluginId !== say.pluginId) refuse("not-found", `No command ${say.commandId}`);
  const subject = `command:${row.id}`;
  const { timings_ms: _timings, ...meaning } = say.word;
  const resultDigest = digestOf(meaning);
  const answer = (status: string): Answer => ({ command_id: row.id, status, recorded: true });
  if (row.resultDigest === resultDigest) {
    const same = { status: row.status };
    return { subject, tenantId: row.tenantId, before: same, after: same, reason: "said before", result: answer(row.status) };
  }
  const set = transition(row) ?? refuse("conflict", `A ${row.type} command that is ${row.status} cannot take this answer`);
  await tx
    .update(pluginAgentCommands)
    .set({ ...set, result: say.word, resultDigest })
    .where(key);
  const after = { ...set, result: say.word };
  const wakes = row.attemptId ? [{ queue: "attempt" as const, id: row.attemptId, tenantId: row.tenantId }] : [];
  return { subject, tenantId: row.tenantId, before: { status: row.status }, after, wakes, result: answer(set.status ?? row.status) };
}
