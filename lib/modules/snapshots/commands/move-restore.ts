import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { snapshotRestores, tenantSnapshots } from "@/db/schema/modules/snapshots";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { snapshotExpiry } from "../types";

const outcome = z.strictObject({ isEqual: z.boolean(), rows: z.number().int().min(0), kept: z.number().int().min(0) });
const input = z.discriminatedUnion("to", [
  z.strictObject({ to: z.literal("saving"), tenantId: z.uuid(), id: z.uuid(), undoSnapshotId: z.uuid() }),
  z.strictObject({ to: z.literal("ordered"), tenantId: z.uuid(), id: z.uuid(), commandId: z.uuid() }),
  z.strictObject({ to: z.literal("finished"), tenantId: z.uuid(), id: z.uuid(), outcome }),
  z.strictObject({ to: z.literal("failed"), tenantId: z.uuid(), id: z.uuid(), why: z.string().max(LIMITS.reasonCharacters) }),
]);

type Change = Partial<typeof snapshotRestores.$inferInsert>;

/** What is there now is saved once more: what was saved before would not take this back whole. */
async function saveAgain(tx: WriterTx, row: typeof snapshotRestores.$inferSelect, undoSnapshotId: string, now: Date): Promise<void> {
  if (row.status !== "ordered") refuse("conflict", `This restore is ${row.status}`);
  const { tenantId, moduleKey, requestedBy, reason: note } = row;
  const wanted = { status: "requested", requestedBy, requestedAt: now, expiresAt: snapshotExpiry("before_restore", now) } as const;
  await tx.insert(tenantSnapshots).values({ tenantId, id: undoSnapshotId, moduleKey, reason: "before_restore", note, ...wanted });
}

function changeOf(move: z.output<typeof input>, now: Date): Change {
  if (move.to === "saving") return { status: "saving", undoSnapshotId: move.undoSnapshotId, commandId: null };
  if (move.to === "ordered") return { status: "ordered", commandId: move.commandId };
  if (move.to === "failed") return { status: "failed", detail: move.why, finishedAt: now };
  const { isEqual, rows, kept } = move.outcome;
  const detail = isEqual ? null : "what is there now is not what was saved; the snapshot from before takes it back";
  return { status: isEqual ? "done" : "failed", isEqual, rows, kept, detail, finishedAt: now };
}

/** Notes how far a restore has come. It is done only when what is there afterwards was read back and adds up to what was saved. */
export const moveRestore = defineCommand({
  name: "snapshot.move_restore",
  permission: "system",
  isPolled: true,
  input,

  async apply(tx, move, { now }) {
    const here = and(eq(snapshotRestores.tenantId, move.tenantId), eq(snapshotRestores.id, move.id));
    const [row] = await tx.select().from(snapshotRestores).where(here).for("update");
    if (!row) refuse("not-found", `No restore ${move.id}`);
    if (row.status !== "saving" && row.status !== "ordered") refuse("conflict", `This restore is ${row.status}`);
    if (move.to === "saving") await saveAgain(tx, row, move.undoSnapshotId, now);
    const change = changeOf(move, now);
    await tx.update(snapshotRestores).set(change).where(here);
    const { status, isEqual = null, rows = null, kept = null, detail = null } = change;
    const isEnd = status === "done" || status === "failed";
    return {
      subject: `restore:${move.id}`,
      tenantId: move.tenantId,
      before: { status: row.status },
      after: { status, is_equal: isEqual, rows, kept, detail },
      events: isEnd ? [{ name: `snapshot.restore_${status}`, payload: { id: move.id, module_key: row.moduleKey, is_equal: isEqual } }] : [],
      result: { id: move.id, status: status ?? row.status },
    };
  },
});
