import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";
import { moveSnapshot } from "../commands/move-snapshot";
import { takeOwn } from "../commands/take-own";
import { nextPartsStep, nextSnapshotStep, type Step } from "../next-step";
import { listParts, listUnderWay, readOrderFor } from "../queries-snapshots";
import type { SnapshotRow } from "../types";
import { eachAlone } from "./each-alone";
import { orderQuietly, SNAPSHOTS, unlessRefused } from "./order-quietly";

async function stepOf(row: SnapshotRow, now: Date): Promise<Step | { readonly do: "seal" | "take_own" }> {
  if (row.status === "requested" && row.moduleKey === null) return { do: "take_own" };
  const isParent = row.status === "taking" && row.commandId === null;
  if (isParent) return nextPartsStep(await read(SNAPSHOTS.tenants, (tx) => listParts(tx, row.id)));
  const order = await read(SNAPSHOTS.tenants, (tx) => readOrderFor(tx, row.tenantId, row.id, "snapshot_take"));
  return nextSnapshotStep(row, order, now);
}

async function give(row: SnapshotRow, now: Date): Promise<Step> {
  const params = { snapshot_id: row.id };
  const order = {
    module: row.moduleKey ?? "",
    type: "snapshot_take" as const,
    tenantId: row.tenantId,
    params,
    reason: row.note,
    ref: row.id,
  };
  const given = await orderQuietly(order, now);
  if ("commandId" in given) return { do: "adopt", commandId: given.commandId };
  return "why" in given ? { do: "fail", why: given.why } : { do: "wait" };
}

async function move(row: SnapshotRow, now: Date): Promise<void> {
  const { tenantId, id } = row;
  const planned = await stepOf(row, now);
  const step = planned.do === "order" ? await give(row, now) : planned;
  const run = (input: Record<string, unknown>) =>
    unlessRefused(runCommand(moveSnapshot, { input: { tenantId, id, ...input }, actor: SNAPSHOTS, now }));
  if (step.do === "take_own") return unlessRefused(runCommand(takeOwn, { input: { tenantId, id }, actor: SNAPSHOTS, now }));
  if (step.do === "adopt") return run({ to: "taking", commandId: step.commandId });
  if (step.do === "fail") return run({ to: "failed", why: step.why });
  if (step.do === "finish" || step.do === "seal") return run({ to: "sealed" });
}

/** Takes every snapshot that waits one step further. Each step is one transaction, and finds by itself what the one before left. */
export async function moveSnapshots(now: Date): Promise<void> {
  const told = ({ id, tenantId }: SnapshotRow) => ({ what: `A round of snapshot ${id}`, tenantId });
  await eachAlone(await read(SNAPSHOTS.tenants, listUnderWay), told, (row) => move(row, now));
}
