import { and, eq, gte } from "drizzle-orm";
import { z } from "zod";
import { moduleCommands, moduleServices } from "@/db/schema/modules/modules";
import { snapshotRefs, tenantSnapshots } from "@/db/schema/modules/snapshots";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { snapshotDigest } from "../chunk-address";
import { nextPartsStep } from "../next-step";
import type { SnapshotRow } from "../types";
import { listPieces } from "./chunk-cells";

/** What a module says of a snapshot that it took (module-client, snapshot-task). */
const takenSchema = z.object({
  chunks: z.number().int().min(0).max(LIMITS.snapshotChunks),
  rows: z.number().int().min(0),
  bytes: z.number().int().min(0),
  object_refs: z.number().int().min(0).default(0),
});

const input = z.discriminatedUnion("to", [
  z.strictObject({ to: z.literal("taking"), tenantId: z.uuid(), id: z.uuid(), commandId: z.uuid() }),
  z.strictObject({ to: z.literal("sealed"), tenantId: z.uuid(), id: z.uuid() }),
  z.strictObject({ to: z.literal("failed"), tenantId: z.uuid(), id: z.uuid(), why: z.string().max(LIMITS.reasonCharacters) }),
]);

type Change = Partial<typeof tenantSnapshots.$inferInsert>;

/** The pieces that came, once they are exactly those that the module says it brought. */
async function sealTaken(tx: WriterTx, row: SnapshotRow, now: Date): Promise<Change> {
  const ofTenant = eq(moduleCommands.tenantId, row.tenantId);
  const [order] = await tx
    .select()
    .from(moduleCommands)
    .where(and(ofTenant, eq(moduleCommands.id, row.commandId ?? "")));
  if (order?.status !== "done") refuse("conflict", "This snapshot was not taken yet");
  const said = takenSchema.safeParse((order.result as { result?: unknown } | null)?.result);
  if (!said.success) return { status: "failed", failure: "what its module says of it is not understood" };
  const { chunks, rows, bytes, object_refs: objectRefs } = said.data;
  // Taken once more after a crash it may have become shorter: what lies beyond its end is of the time before.
  const beyond = and(eq(snapshotRefs.tenantId, row.tenantId), eq(snapshotRefs.snapshotId, row.id), gte(snapshotRefs.position, chunks));
  await tx.delete(snapshotRefs).where(beyond);
  const pieces = await listPieces(tx, row.tenantId, row.id);
  const sum = (of: "rows" | "bytes") => pieces.reduce((total, piece) => total + piece[of], 0);
  const isWhole = pieces.length === chunks && sum("rows") === rows && sum("bytes") === bytes;
  if (!isWhole) return { status: "failed", failure: `${pieces.length} of ${chunks} pieces are here, with ${sum("rows")} of ${rows} rows` };
  const [service] = await tx.select().from(moduleServices).where(eq(moduleServices.id, order.moduleId));
  const digest = snapshotDigest(
    pieces.map((piece) => piece.digest),
    rows,
  );
  const takenAt = order.offeredAt ?? order.createdAt;
  return { status: "sealed", sealedAt: now, takenAt, chunks, rows, bytes, objectRefs, digest, moduleVersion: service?.runningVersion };
}

/** A snapshot of all tenants is sealed when each of its parts is. */
async function sealParts(tx: WriterTx, row: SnapshotRow, now: Date): Promise<Change> {
  const parts = await tx.select().from(tenantSnapshots).where(eq(tenantSnapshots.parentId, row.id));
  if (nextPartsStep(parts).do !== "seal") refuse("conflict", "Parts of this snapshot are not sealed");
  const sum = (of: "chunks" | "rows" | "bytes" | "objectRefs") => parts.reduce((total, part) => total + part[of], 0);
  const digest = snapshotDigest(parts.map((part) => `${part.tenantId}:${part.digest}`).sort(), sum("rows"));
  const takenAt = parts.reduce((first, part) => (part.takenAt && part.takenAt < first ? part.takenAt : first), now);
  const sums = { chunks: sum("chunks"), rows: sum("rows"), bytes: sum("bytes"), objectRefs: sum("objectRefs") };
  return { status: "sealed", sealedAt: now, takenAt, digest, ...sums };
}

/** Notes how far a snapshot has come; what it is made of is looked at again before it counts as sealed. */
export const moveSnapshot = defineCommand({
  name: "snapshot.move",
  permission: "system",
  isPolled: true,
  input,

  async apply(tx, move, { now }) {
    const { tenantId, id } = move;
    const here = and(eq(tenantSnapshots.tenantId, tenantId), eq(tenantSnapshots.id, id));
    const [row] = await tx.select().from(tenantSnapshots).where(here).for("update");
    if (!row) refuse("not-found", `No snapshot ${id}`);
    if (row.status !== "requested" && row.status !== "taking") refuse("conflict", `This snapshot is ${row.status}`);
    const change: Change =
      move.to === "taking"
        ? { status: "taking", commandId: move.commandId }
        : move.to === "failed"
          ? { status: "failed", failure: move.why }
          : row.commandId === null
            ? await sealParts(tx, row, now)
            : await sealTaken(tx, row, now);
    await tx.update(tenantSnapshots).set(change).where(here);
    const status = change.status ?? row.status;
    const { rows, bytes, chunks, digest, failure } = change;
    return {
      subject: `snapshot:${id}`,
      tenantId,
      before: { status: row.status },
      after: { status, rows, size: bytes, chunks, digest, failure },
      events: status === "taking" ? [] : [{ name: `snapshot.${status}`, payload: { id, module_key: row.moduleKey } }],
      result: { id, status },
    };
  },
});
