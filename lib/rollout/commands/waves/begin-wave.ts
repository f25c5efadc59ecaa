import { and, eq } from "drizzle-orm";
import { rolloutWaves } from "@/db/schema/rollout";
import type { WriterTx } from "@/db/writer";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { EMPTY_CANARY } from "../../canary/canary-state";

/** A wave begins: nothing is counted of it yet, and nothing from before it ever will be. */
export async function beginWave(tx: WriterTx, rolloutId: string, wave: number, now: Date): Promise<void> {
  await tx
    .insert(rolloutWaves)
    .values({ tenantId: PLATFORM_TENANT, rolloutId, wave, startedAt: now, countedUntil: now, canary: EMPTY_CANARY });
}

/** Writes down why a wave was left for the next: by whom, and what for. */
export async function proveWave(
  tx: WriterTx,
  { rolloutId, wave }: { readonly rolloutId: string; readonly wave: number },
  proof: { readonly by: string; readonly reason: string | null; readonly at: Date },
): Promise<void> {
  await tx
    .update(rolloutWaves)
    .set({ provenAt: proof.at, provenBy: proof.by, provenReason: proof.reason })
    .where(and(eq(rolloutWaves.tenantId, PLATFORM_TENANT), eq(rolloutWaves.rolloutId, rolloutId), eq(rolloutWaves.wave, wave)));
}
