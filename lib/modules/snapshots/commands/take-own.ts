import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { tenantSnapshots } from "@/db/schema/modules/snapshots";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { snapshotDigest } from "../chunk-address";
import { cutOwnRows } from "../own-rows";
import { keepPiece } from "./chunk-cells";
import { readOwn } from "./own-cells";

/** Saves Center's own rows about a tenant, in one transaction: there are few, and they are as of one moment. */
export const takeOwn = defineCommand({
  name: "snapshot.take_own",
  permission: "system",
  isPolled: true,
  input: z.strictObject({ tenantId: z.uuid(), id: z.uuid() }),

  async apply(tx, { tenantId, id }, { now }) {
    const here = and(eq(tenantSnapshots.tenantId, tenantId), eq(tenantSnapshots.id, id));
    const [row] = await tx.select().from(tenantSnapshots).where(here).for("update");
    if (row?.status !== "requested" || row.moduleKey !== null) refuse("conflict", "This snapshot is not to be taken now");
    const pieces = cutOwnRows(await readOwn(tx, tenantId));
    const addresses: string[] = [];
    for (const [position, { content, rows }] of pieces.entries()) {
      addresses.push(await keepPiece(tx, { tenantId, snapshotId: id, position, rows, content }, now));
    }
    const rows = pieces.reduce((total, piece) => total + piece.rows, 0);
    const bytes = pieces.reduce((total, piece) => total + piece.content.length, 0);
    const digest = snapshotDigest(addresses, rows);
    await tx
      .update(tenantSnapshots)
      .set({ status: "sealed", takenAt: now, sealedAt: now, chunks: pieces.length, rows, bytes, digest })
      .where(here);
    return {
      subject: `snapshot:${id}`,
      tenantId,
      before: { status: row.status },
      after: { status: "sealed", rows, size: bytes, digest },
      events: [{ name: "snapshot.sealed", payload: { id, module_key: null } }],
      result: { id, status: "sealed" },
    };
  },
});
