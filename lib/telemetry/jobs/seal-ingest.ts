import { sql } from "drizzle-orm";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { sealIngest } from "../commands/seal-ingest";

/** @returns false when another worker was quicker */
async function sealOne(processId: string, now: Date): Promise<boolean> {
  try {
    await runCommand(sealIngest, { input: { processId }, actor: systemActor("ingest", "seal"), now });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.kind === "conflict") return false;
    throw error;
  }
}

/**
 * Covers the beats of every ingest process with an audit entry, dead processes included: the batches are rows, so nothing is
 * lost with a process.
 *
 * @returns how many processes were sealed
 */
export async function sealAllIngest(now: Date): Promise<number> {
  const settled = new Date(now.getTime() - LIMITS.ingestSealSeconds * 1_000).toISOString();
  const open = await read(scopeFor("seal"), (tx) =>
    tx.execute<{ process_id: string }>(sql`
      select distinct b.process_id from ingest_batches b left join ingest_seals s on s.process_id = b.process_id
      where b.batch_no > coalesce(s.sealed_batch_no, 0) and coalesce(s.sealed_at, 'epoch') <= ${settled}::timestamptz`),
  );
  let sealed = 0;
  for (const row of open) if (await sealOne(row.process_id, now)) sealed += 1;
  return sealed;
}
