import { desc } from "drizzle-orm";
import { auditCheckpoints } from "@/db/schema/spine";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { within } from "@/lib/platform/overload/within";
import { read } from "@/lib/platform/scope";

/** Checkpoints say nothing about any tenant. */
const NOBODY: TenantScope = { kind: "set", ids: [] };

let kept: { readonly note: string | null; readonly atMs: number } | null = null;
let reading: Promise<string | null> | null = null;

async function readNewest(): Promise<string | null> {
  try {
    const newest = (tx: Parameters<Parameters<typeof read>[1]>[0]) =>
      tx.select({ note: auditCheckpoints.note }).from(auditCheckpoints).orderBy(desc(auditCheckpoints.size)).limit(1);
    const [row] = await read(NOBODY, newest);
    kept = { note: row?.note ?? null, atMs: performance.now() };
  } catch (error) {
    // A beat that is stored must be answered; the fleet sees the next checkpoint at its next beat.
    log.warn("ERR_DATABASE", "The newest checkpoint could not be read", { error });
  }
  return kept?.note ?? null;
}

/**
 * The newest checkpoint as agents are given it, read at most every LIMITS.auditCheckpointCacheMs.
 *
 * @returns the signed note; null before the first one
 */
export async function currentCheckpoint(): Promise<string | null> {
  if (kept && performance.now() - kept.atMs < LIMITS.auditCheckpointCacheMs) return kept.note;
  reading ??= readNewest().finally(() => {
    reading = null;
  });
  // A beat that is stored is answered with the one known before, rather than late.
  return within(LIMITS.auditCheckpointWaitMs, reading, () => kept?.note ?? null);
}
