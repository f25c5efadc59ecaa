import { runCommand } from "@/lib/gateway/run-command";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { newId } from "@/lib/platform/random";
import { read } from "@/lib/platform/scope";
import { recordDrill } from "../commands/record-drill";
import { listDueDrills, listEndedDrills, rehearseOwn } from "../drills/queries-drills";
import { judgeRestored } from "../judge-restored";
import { cutOwnRows, readOwnRows } from "../own-rows";
import { readContents, SnapshotUnreadableError } from "../queries-pieces";
import { readSnapshot } from "../queries-snapshots";
import { eachAlone } from "./each-alone";
import { restoreParams } from "./move-restores";
import { orderQuietly, SNAPSHOTS, unlessRefused } from "./order-quietly";

type Due = Awaited<ReturnType<typeof listDueDrills>>[number];
type Ended = Awaited<ReturnType<typeof listEndedDrills>>[number];

const age = (taken: Date | null | undefined, at: Date) => (taken ? Math.max(0, at.getTime() - new Date(taken).getTime()) : 0);

/** Notes what a module's rehearsal showed. One that failed or was never taken up is a rehearsal too: it showed nothing good. */
async function note(order: Ended, now: Date): Promise<void> {
  const { tenantId, id, moduleKey, createdAt, offeredAt, payload, status, result } = order;
  const snapshotId = String((payload.params as { snapshot_id?: unknown }).snapshot_id);
  const snapshot = await read(SNAPSHOTS.tenants, (tx) => readSnapshot(tx, tenantId, snapshotId));
  const startedAt = offeredAt ?? createdAt;
  const finishedAt = order.finishedAt ?? now;
  const judged = status === "done" ? judgeRestored(order) : { isEqual: false, rows: 0 };
  const said = (result as { detail?: unknown } | null)?.detail;
  const detail = judged.isEqual ? null : String(said || `the order ended as ${status}`).slice(0, 300);
  const times = { startedAt, finishedAt, rtoMs: finishedAt.getTime() - startedAt.getTime(), rpoMs: age(snapshot?.takenAt, createdAt) };
  const input = { id, tenantId, snapshotId, moduleKey, isEqual: judged.isEqual, rows: judged.rows, detail, ...times };
  await unlessRefused(runCommand(recordDrill, { input, actor: SNAPSHOTS, now }));
}

/** Center's own rows are few: they are put into scratch records of their tables' types, read back and compared. */
async function rehearseHere({ tenant_id: tenantId, id: snapshotId, taken_at: takenAt }: Due, now: Date): Promise<void> {
  const since = performance.now();
  const { contents, back } = await read(SNAPSHOTS.tenants, async (tx) => {
    const contents = await readContents(tx, tenantId, snapshotId);
    return { contents, back: await rehearseOwn(tx, readOwnRows(contents)) };
  });
  const sum = (all: readonly Uint8Array[]) => sha256Hex(Buffer.concat(all));
  const isEqual = sum(cutOwnRows(back).map(({ content }) => content)) === sum(contents);
  const rtoMs = Math.round(performance.now() - since);
  const times = { startedAt: now, finishedAt: new Date(now.getTime() + rtoMs), rtoMs, rpoMs: age(takenAt, now) };
  const rows = back.reduce((total, part) => total + part.rows.length, 0);
  const detail = isEqual ? null : "the rows read back are others";
  const input = { id: newId(now), tenantId, snapshotId, moduleKey: null, isEqual, rows, detail, ...times };
  await runCommand(recordDrill, { input, actor: SNAPSHOTS, now });
}

async function rehearse(due: Due, now: Date): Promise<void> {
  if (due.module_key === null) return rehearseHere(due, now);
  const params = await restoreParams(due.tenant_id, due.id);
  const order = { module: due.module_key, type: "snapshot_restore" as const, tenantId: due.tenant_id, reason: "rehearsal of a restore" };
  if (params) await orderQuietly({ ...order, params: { ...params, drill: true } }, now);
}

/** A snapshot that cannot be read was rehearsed, too: nobody could put it back. */
async function rehearseOrTell(due: Due, now: Date): Promise<void> {
  try {
    await rehearse(due, now);
  } catch (error) {
    if (!(error instanceof SnapshotUnreadableError)) throw error;
    const { tenant_id: tenantId, id: snapshotId, module_key: moduleKey, taken_at: takenAt } = due;
    const shown = { isEqual: false, rows: 0, detail: `the snapshot cannot be read: ${error.message}` };
    const times = { startedAt: now, finishedAt: now, rtoMs: 0, rpoMs: age(takenAt, now) };
    const input = { id: newId(now), tenantId, snapshotId, moduleKey, ...shown, ...times };
    await runCommand(recordDrill, { input, actor: SNAPSHOTS, now });
  }
}

/**
 * Rehearses restores, once a day for each module and for Center's own rows, of whoever was rehearsed longest ago: into a scratch place, read
 * back and compared. What it showed is kept with how long it took and how old what it brought back was.
 */
export async function drillRestores(now: Date): Promise<void> {
  const ended = await read(SNAPSHOTS.tenants, (tx) => listEndedDrills(tx, now));
  await eachAlone(
    ended,
    ({ id, tenantId }) => ({ what: `What rehearsal ${id} showed`, tenantId }),
    (order) => note(order, now),
  );
  const due = await read(SNAPSHOTS.tenants, (tx) => listDueDrills(tx, now));
  const told = ({ id, tenant_id: tenantId }: Due) => ({ what: `A rehearsal of snapshot ${id}`, tenantId });
  await eachAlone(due, told, (each) => rehearseOrTell(each, now));
}
