import { and, eq, inArray, or } from "drizzle-orm";
import { z } from "zod";
import { snapshotRefs, snapshotRestores, tenantSnapshots } from "@/db/schema/modules/snapshots";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";

/** A snapshot whose time is over lets go of its chunks; its row stays and says that it was. */
export const expireSnapshot = defineCommand({
  name: "snapshot.expire",
  permission: "system",
  isPolled: true,
  input: z.strictObject({ tenantId: z.uuid(), id: z.uuid() }),

  async apply(tx, { tenantId, id }, { now }) {
    const here = and(eq(tenantSnapshots.tenantId, tenantId), eq(tenantSnapshots.id, id));
    const [row] = await tx.select().from(tenantSnapshots).where(here).for("update");
    if (!row || row.expiresAt > now || (row.status !== "sealed" && row.status !== "failed")) refuse("conflict", "It is not time yet");
    const needs = or(eq(snapshotRestores.snapshotId, id), eq(snapshotRestores.undoSnapshotId, id));
    const [needed] = await tx
      .select({ id: snapshotRestores.id })
      .from(snapshotRestores)
      .where(and(eq(snapshotRestores.tenantId, tenantId), inArray(snapshotRestores.status, ["saving", "ordered"]), needs));
    if (needed) refuse("conflict", "A restore that is under way needs it");
    await tx.update(tenantSnapshots).set({ status: "expired" }).where(here);
    const refs = await tx
      .delete(snapshotRefs)
      .where(and(eq(snapshotRefs.tenantId, tenantId), eq(snapshotRefs.snapshotId, id)))
      .returning({ position: snapshotRefs.position });
    const after = { status: "expired", chunks_let_go: refs.length };
    return { subject: `snapshot:${id}`, tenantId, before: { status: row.status }, after, result: { id, ...after } };
  },
});
