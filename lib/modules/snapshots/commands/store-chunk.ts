import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { moduleCommands } from "@/db/schema/modules/modules";
import { tenantSnapshots } from "@/db/schema/modules/snapshots";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import type { SnapshotRow } from "../types";
import { keepPiece } from "./chunk-cells";

const input = z.strictObject({
  moduleKey: z.string(),
  snapshotId: z.uuid(),
  position: z
    .number()
    .int()
    .min(0)
    .max(LIMITS.snapshotChunks - 1),
  rows: z.number().int().min(0).max(LIMITS.snapshotChunkBytes),
  content: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length > 0 && value.length <= LIMITS.snapshotChunkBytes),
});

/** The snapshot that a module is just being ordered to take. Any other does not exist for it. */
async function lockOrdered(tx: WriterTx, snapshotId: string, moduleKey: string, now: Date): Promise<SnapshotRow> {
  const [row] = await tx.select().from(tenantSnapshots).where(eq(tenantSnapshots.id, snapshotId)).for("update");
  if (!row || row.moduleKey !== moduleKey) refuse("not-found", `No snapshot ${snapshotId}`);
  const [order] = await tx
    .select({ expiresAt: moduleCommands.expiresAt })
    .from(moduleCommands)
    .where(
      and(
        eq(moduleCommands.tenantId, row.tenantId),
        eq(moduleCommands.ref, snapshotId),
        eq(moduleCommands.moduleKey, moduleKey),
        eq(moduleCommands.type, "snapshot_take"),
        eq(moduleCommands.status, "offered"),
      ),
    );
  const isTaking = row.status === "requested" || row.status === "taking";
  if (!isTaking || !order || order.expiresAt <= now) refuse("conflict", "This snapshot is not being taken");
  return row;
}

/** A module brings a piece of a snapshot that it was ordered to take. The same piece again is answered alike. */
export const storeChunk = defineCommand({
  name: "snapshot.store_chunk",
  permission: "module",
  input,

  async apply(tx, { moduleKey, snapshotId, position, rows, content }, { actor, now }) {
    if (actor.id !== `module:${moduleKey}`) refuse("not-found", `No snapshot ${snapshotId}`);
    const { tenantId } = await lockOrdered(tx, snapshotId, moduleKey, now);
    const chunk = await keepPiece(tx, { tenantId, snapshotId, position, rows, content }, now);
    const after = { position, rows, size: content.length, chunk };
    return {
      subject: `snapshot:${snapshotId}`,
      tenantId,
      before: null,
      after,
      result: { snapshot_id: snapshotId, position, stored: true },
    };
  },
});
