import { sql } from "drizzle-orm";
import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";
import { isNeverStopped } from "@/lib/platform/web/blocks/never-closed";

/** Who would write. */
interface Writing {
  readonly command: string;
  readonly actor: string;
  /** Whether nobody but Center itself wants it. */
  readonly isAutomatic: boolean;
}

/**
 * Opens the gateway for this transaction.
 * @returns the writers that the scanner stopped, asked in the same breath so that no command costs a question more
 */
export async function openGateway(tx: WriterTx): Promise<readonly string[]> {
  const [row] = await tx.execute<{ stopped: string[] }>(
    sql`select gateway_open(), array(select target from scan_blocks where kind = 'writer' and lifted_at is null) as stopped`,
  );
  return row?.stopped ?? [];
}

/**
 * Refuses a writer that the scanner stopped: all automatic healing, one command, or one actor. What people do by hand goes on, and what they
 * put things right by is never stopped, whoever does it.
 *
 * @throws Refusal conflict with ERR_WRITER_STOPPED
 */
export function requireNotStopped(stopped: readonly string[], { command, actor, isAutomatic }: Writing): void {
  if (isNeverStopped(command)) return;
  const names = [...(isAutomatic ? ["automatic"] : []), `command:${command}`, `actor:${actor}`];
  const name = names.find((one) => stopped.includes(one));
  if (name) refuse("conflict", `The scanner stopped this writer (${name}): a wall is down`, { code: "ERR_WRITER_STOPPED" });
}
