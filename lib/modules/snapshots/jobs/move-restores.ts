import type { moduleCommands } from "@/db/schema/modules/modules";
import type { snapshotRestores } from "@/db/schema/modules/snapshots";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { newId } from "@/lib/platform/random";
import { read } from "@/lib/platform/scope";
import { moveRestore } from "../commands/move-restore";
import { restoreOwn } from "../commands/restore-own";
import { judgeRestored } from "../judge-restored";
import { followOrder, hasMoved, isOrderOf, nextRestoreStep, type Step } from "../next-step";
import { readContentDigest, readContents, SnapshotUnreadableError } from "../queries-pieces";
import { countOrdersFor, listOpenRestores, readOrderFor, readSnapshot } from "../queries-snapshots";
import { eachAlone } from "./each-alone";
import { orderQuietly, SNAPSHOTS, unlessRefused } from "./order-quietly";

type RestoreRow = typeof snapshotRestores.$inferSelect;
type OrderRow = typeof moduleCommands.$inferSelect;

/** What an order to restore a snapshot is bound to. */
export async function restoreParams(tenantId: string, snapshotId: string) {
  return read(SNAPSHOTS.tenants, async (tx) => {
    const snapshot = await readSnapshot(tx, tenantId, snapshotId);
    if (snapshot?.status !== "sealed") return null;
    const content_digest = await readContentDigest(tx, tenantId, snapshotId);
    return { snapshot_id: snapshotId, chunks: snapshot.chunks, rows: snapshot.rows, content_digest };
  });
}

/** It names what takes it back, too: the module replaces nothing once what is there has moved on from that. */
async function order({ tenantId, id, snapshotId, undoSnapshotId, moduleKey, reason }: RestoreRow, now: Date): Promise<Step> {
  const wanted = await restoreParams(tenantId, snapshotId);
  const undo = await restoreParams(tenantId, undoSnapshotId);
  const params = wanted && undo && { ...wanted, undo_snapshot_id: undoSnapshotId, undo_digest: undo.content_digest };
  if (!params) return { do: "fail", why: "the snapshot is no longer there; nothing was changed" };
  const given = await orderQuietly({ module: moduleKey ?? "", type: "snapshot_restore", tenantId, params, reason, ref: id }, now);
  if ("commandId" in given) return { do: "adopt", commandId: given.commandId };
  return "why" in given ? { do: "fail", why: `${given.why}; nothing was changed` } : { do: "wait" };
}

/** What comes after the snapshot of before was asked for; nothing is touched until that is sealed. */
async function afterSaving(row: RestoreRow, given: OrderRow | null, now: Date): Promise<Step | { readonly do: "own" }> {
  if (given) return { do: "adopt", commandId: given.id };
  const undo = await read(SNAPSHOTS.tenants, (tx) => readSnapshot(tx, row.tenantId, row.undoSnapshotId));
  if (undo?.status === "failed")
    return { do: "fail", why: `what is there now could not be saved, so nothing was changed: ${undo.failure}` };
  if (undo?.status !== "sealed") return { do: "wait" };
  return row.moduleKey === null ? { do: "own" } : order(row, now);
}

async function restoreOwnRows({ tenantId, id, snapshotId }: RestoreRow, now: Date): Promise<Step> {
  const contents = await read(SNAPSHOTS.tenants, (tx) => readContents(tx, tenantId, snapshotId));
  try {
    await runCommand(restoreOwn, { input: { tenantId, id, contents }, actor: SNAPSHOTS, now });
    return { do: "wait" };
  } catch (error) {
    if (error instanceof Refusal) return { do: "fail", why: error.message };
    throw error;
  }
}

async function stepOf(row: RestoreRow, given: OrderRow | null, now: Date): Promise<Step> {
  try {
    const planned = row.status === "saving" ? await afterSaving(row, given, now) : followOrder(given);
    return planned.do === "own" ? await restoreOwnRows(row, now) : planned;
  } catch (error) {
    if (!(error instanceof SnapshotUnreadableError)) throw error;
    return { do: "fail", why: `the snapshot cannot be read, so nothing was changed: ${error.message}` };
  }
}

async function move(row: RestoreRow, now: Date): Promise<void> {
  const { tenantId, id } = row;
  const { newest, tries } = await read(SNAPSHOTS.tenants, async (tx) => ({
    newest: await readOrderFor(tx, tenantId, id, "snapshot_restore"),
    tries: await countOrdersFor(tx, tenantId, id, "snapshot_restore"),
  }));
  const given = isOrderOf(row, newest) ? newest : null;
  const step = nextRestoreStep(row, { step: await stepOf(row, given, now), isMoved: hasMoved(given), tries }, now);
  const run = (input: Record<string, unknown>) =>
    unlessRefused(runCommand(moveRestore, { input: { tenantId, id, ...input }, actor: SNAPSHOTS, now }));
  if (step.do === "adopt") return run({ to: "ordered", commandId: step.commandId });
  if (step.do === "save") return run({ to: "saving", undoSnapshotId: newId(now) });
  if (step.do === "fail") return run({ to: "failed", why: step.why });
  if (step.do === "finish" && given) return run({ to: "finished", outcome: judgeRestored(given) });
}

/** Takes every restore that waits one step further. */
export async function moveRestores(now: Date): Promise<void> {
  const told = ({ id, tenantId }: RestoreRow) => ({ what: `A round of restore ${id}`, tenantId });
  await eachAlone(await read(SNAPSHOTS.tenants, listOpenRestores), told, (row) => move(row, now));
}
