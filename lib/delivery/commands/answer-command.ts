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

type Word = { readonly [key: string]: Json };

/** How long a step took is no part of what is said. */
function digestOfWord({ timings_ms: _timings, ...meaning }: Word): string {
  return digestOf(meaning);
}

/** Commands that the agent keeps on probation until a signed commit arrives; of all others `applied` is already the end. */
export function isConfirmed({ type }: Pick<CommandRow, "type">): boolean {
  return type === "update" || type === "config_update";
}

/** The word that was said when the command was applied, which stays beside the one that ended it. */
function appliedWord(row: CommandRow): Word | null {
  const last = row.result as Word | null;
  return last?.stage === "applied" ? last : ((last?.applied ?? null) as Word | null);
}

/** The status that this very word was answered with, or null when it is a new one. */
function answeredBefore(row: CommandRow, digest: string): string | null {
  if (row.resultDigest === digest) return row.status;
  const applied = appliedWord(row);
  if (!applied || digestOfWord(applied) !== digest) return null;
  return isConfirmed(row) ? "applied" : "committed";
}

/**
 * Takes an agent's word on one of its commands. The same word again gets the same answer and has no effect, at whatever stage
 * it was said; another plugin's command does not exist for it; another word after the end is a conflict.
 *
 * @throws Refusal not-found, conflict
 */
export async function answerCommand(
  tx: WriterTx,
  say: { tenantId: string; pluginId: string; commandId: string; word: Word },
  transition: Transition,
): Promise<Change<Answer>> {
  const key = and(eq(pluginAgentCommands.tenantId, say.tenantId), eq(pluginAgentCommands.id, say.commandId));
  const [row] = await tx.select().from(pluginAgentCommands).where(key).for("update");
  if (!row || row.pluginId !== say.pluginId) refuse("not-found", `No command ${say.commandId}`);
  const subject = `command:${row.id}`;
  const resultDigest = digestOfWord(say.word);
  const answer = (status: string): Answer => ({ command_id: row.id, status, recorded: true });
  const known = answeredBefore(row, resultDigest);
  if (known !== null) {
    const same = { status: row.status };
    return { subject, tenantId: row.tenantId, before: same, after: same, reason: "said before", result: answer(known) };
  }
  const set = transition(row) ?? refuse("conflict", `A ${row.type} command that is ${row.status} cannot take this answer`);
  const applied = appliedWord(row);
  const result = applied ? { ...say.word, applied } : say.word;
  await tx
    .update(pluginAgentCommands)
    .set({ ...set, result, resultDigest })
    .where(key);
  const after = { ...set, result };
  const wakes = row.attemptId ? [{ queue: "attempt" as const, id: row.attemptId, tenantId: row.tenantId }] : [];
  return { subject, tenantId: row.tenantId, before: { status: row.status }, after, wakes, result: answer(set.status ?? row.status) };
}
