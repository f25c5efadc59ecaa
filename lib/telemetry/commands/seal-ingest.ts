import { and, desc, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { ingestBatches, ingestSeals } from "@/db/schema/telemetry";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";

/** One audit entry over the batches that an ingest process committed since its last one: range, count and the running digest. */
export const sealIngest = defineCommand({
  name: "ingest.seal",
  permission: "system",
  input: z.strictObject({ processId: z.uuid() }),

  async apply(tx, { processId }, { now }) {
    await tx
      .insert(ingestSeals)
      .values({ processId, sealedBatchNo: 0, digest: Buffer.alloc(0), beats: 0, sealedAt: new Date(0) })
      .onConflictDoNothing();
    const [seal] = await tx.select().from(ingestSeals).where(eq(ingestSeals.processId, processId)).for("update");
    if (!seal) refuse("not-found", `No ingest process ${processId}`);
    if (now.getTime() - seal.sealedAt.getTime() < LIMITS.ingestSealSeconds * 1_000)
      refuse("conflict", "This process was sealed a moment ago");
    const open = and(eq(ingestBatches.processId, processId), gt(ingestBatches.batchNo, seal.sealedBatchNo));
    const [last] = await tx.select().from(ingestBatches).where(open).orderBy(desc(ingestBatches.batchNo)).limit(1);
    if (!last) refuse("conflict", "Nothing to seal");
    const [sum] = await tx
      .select({ beats: sql<number>`sum(${ingestBatches.beats})::int`, batches: sql<number>`count(*)::int` })
      .from(ingestBatches)
      .where(open);
    const after = { sealedBatchNo: last.batchNo, digest: last.digest, beats: seal.beats + (sum?.beats ?? 0), sealedAt: now };
    await tx.update(ingestSeals).set(after).where(eq(ingestSeals.processId, processId));
    const range = { from_batch: seal.sealedBatchNo + 1, to_batch: last.batchNo, batches: sum?.batches ?? 0, beats: sum?.beats ?? 0 };
    const digest = last.digest.toString("hex");
    return {
      subject: `ingest:${processId}`,
      tenantId: null,
      before: { to_batch: seal.sealedBatchNo, digest: seal.digest.toString("hex") },
      after: { ...range, digest },
      result: { ...range, digest },
    };
  },
});
