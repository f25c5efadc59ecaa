import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { and, asc, DrizzleQueryError, eq, gt, sql } from "drizzle-orm";
import { moduleCommands } from "@/db/schema/modules/modules";
import { snapshotChunks, snapshotRefs, tenantSnapshots } from "@/db/schema/modules/snapshots";
import { openTenantBytes } from "@/lib/access/sealing/tenant-secrets";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";

/** What a snapshot holds cannot be read: a chunk is gone or spoilt, or its tenant's key was destroyed. Reading it again changes nothing. */
export class SnapshotUnreadableError extends Error {
  constructor(tenantId: string, cause?: unknown) {
    super(`A chunk of tenant ${tenantId} ${cause === undefined ? "is not there" : "does not open"}`, { cause });
    this.name = "SnapshotUnreadableError";
  }
}

async function openPiece(tx: ReaderTx, tenantId: string, digest: string): Promise<Buffer> {
  const [row] = await tx
    .select({ sealed: snapshotChunks.sealed })
    .from(snapshotChunks)
    .where(and(eq(snapshotChunks.tenantId, tenantId), eq(snapshotChunks.digest, digest)));
  if (!row) throw new SnapshotUnreadableError(tenantId);
  try {
    const packed = await openTenantBytes(tx, { tenantId, table: "snapshot_chunks", column: "sealed", row: digest }, row.sealed);
    return inflateRawSync(packed, { maxOutputLength: LIMITS.snapshotChunkBytes });
  } catch (error) {
    // The database is away for a moment: that says nothing of the chunk.
    throw error instanceof DrizzleQueryError ? error : new SnapshotUnreadableError(tenantId, error);
  }
}

/** The pieces of a snapshot, in order. */
function listRefs(tx: ReaderTx, tenantId: string, snapshotId: string) {
  const ofSnapshot = and(eq(snapshotRefs.tenantId, tenantId), eq(snapshotRefs.snapshotId, snapshotId));
  return tx.select().from(snapshotRefs).where(ofSnapshot).orderBy(asc(snapshotRefs.position));
}

/**
 * A piece of a snapshot for the module that is just being ordered to restore it.
 * @returns null without such an order: a module cannot read in what it once saved
 */
export async function readOrderedPiece(
  tx: ReaderTx,
  moduleId: string,
  wanted: { readonly snapshotId: string; readonly position: number },
  now: Date,
): Promise<{ position: number; content: string } | null> {
  const { snapshotId, position } = wanted;
  const [order] = await tx
    .select({ tenantId: moduleCommands.tenantId })
    .from(moduleCommands)
    .where(
      and(
        eq(moduleCommands.moduleId, moduleId),
        eq(moduleCommands.type, "snapshot_restore"),
        eq(moduleCommands.status, "offered"),
        gt(moduleCommands.expiresAt, now),
        sql`${moduleCommands.payload} -> 'params' ->> 'snapshot_id' = ${snapshotId}`,
      ),
    );
  if (!order) return null;
  const here = and(eq(snapshotRefs.tenantId, order.tenantId), eq(snapshotRefs.snapshotId, snapshotId), eq(snapshotRefs.position, position));
  const [ref] = await tx
    .select({ digest: snapshotRefs.digest })
    .from(snapshotRefs)
    .innerJoin(tenantSnapshots, and(eq(tenantSnapshots.tenantId, snapshotRefs.tenantId), eq(tenantSnapshots.id, snapshotRefs.snapshotId)))
    .where(and(here, eq(tenantSnapshots.status, "sealed")));
  return ref ? { position, content: (await openPiece(tx, order.tenantId, ref.digest)).toString("utf8") } : null;
}

/** Everything that a snapshot holds, opened and in order; a bounded number of chunks of a bounded size. */
export async function readContents(tx: ReaderTx, tenantId: string, snapshotId: string): Promise<Buffer[]> {
  const contents: Buffer[] = [];
  for (const { digest } of await listRefs(tx, tenantId, snapshotId)) contents.push(await openPiece(tx, tenantId, digest));
  return contents;
}

/** SHA-256 over all that a snapshot holds, in hex: what an order to restore it is bound to. */
export async function readContentDigest(tx: ReaderTx, tenantId: string, snapshotId: string): Promise<string> {
  const whole = createHash("sha256");
  for (const { digest } of await listRefs(tx, tenantId, snapshotId)) whole.update(await openPiece(tx, tenantId, digest));
  return whole.digest("hex");
}
