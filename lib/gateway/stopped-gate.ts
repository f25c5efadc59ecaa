import { sql } from "drizzle-orm";
import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";
import { isNeverStopped } from "@/lib/platform/web/blocks/never-closed";

/** Who would write. */
interface Writing {
  readonly command: string;
  readonly actor: string;
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

function refuseStopped(name: string): never {
  refuse("conflict", `The scanner stopped this writer (${name}): a wall is down`, { code: "ERR_WRITER_STOPPED" });
}

/**
 * Refuses a writer that the scanner stopped: one command, or one actor. What people put things right by is never stopped, whoever does it.
 *
 * @throws Refusal conflict with ERR_WRITER_STOPPED
 */
export function requireNotStopped(stopped: readonly string[], { command, actor }: Writing): void {
  if (isNeverStopped(command)) return;
  const name = [`command:${command}`, `actor:${actor}`].find((one) => stopped.includes(one));
  if (name) refuseStopped(name);
}

/**
 * Refuses all that nobody but Center itself wants while the scanner stopped it. What people do by hand goes on, or nobody could put it right.
 *
 * @throws Refusal conflict with ERR_WRITER_STOPPED
 */
export async function requireAutomaticOpen(tx: WriterTx): Promise<void> {
  const [row] = await tx.execute(
    sql`select 1 from scan_blocks where kind = 'writer' and target = 'automatic' and lifted_at is null limit 1`,
  );
  if (row) refuseStopped("automatic");
}
