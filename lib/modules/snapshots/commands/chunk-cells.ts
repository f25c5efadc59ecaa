import { deflateRawSync } from "node:zlib";
import { and, asc, eq, sql } from "drizzle-orm";
import { snapshotChunks, snapshotKeys, snapshotRefs } from "@/db/schema/modules/snapshots";
import type { WriterTx } from "@/db/writer";
import { openTenantBytes, sealTenantSecret } from "@/lib/access/sealing/tenant-secrets";
import { newToken } from "@/lib/platform/random";
import { chunkAddress } from "../chunk-address";

type Selecting = Pick<WriterTx, "select">;

const keyPlace = (tenantId: string) => ({ tenantId, table: "snapshot_keys", column: "sealed", row: tenantId });
const chunkPlace = (tenantId: string, digest: string) => ({ tenantId, table: "snapshot_chunks", column: "sealed", row: digest });

/** The key that names a tenant's chunks; it comes into being with the first of them. */
async function snapshotKey(tx: WriterTx, tenantId: string, now: Date): Promise<Buffer> {
  const find = () => tx.select().from(snapshotKeys).where(eq(snapshotKeys.tenantId, tenantId));
  const [known] = await find();
  if (known) return Buffer.from((await openTenantBytes(tx, keyPlace(tenantId), known.sealed)).toString("utf8"), "base64url");
  const sealed = await sealTenantSecret(tx, keyPlace(tenantId), newToken(), now);
  await tx
    .insert(snapshotKeys)
    .values({ tenantId, ...sealed, createdAt: now })
    .onConflictDoNothing();
  return snapshotKey(tx, tenantId, now);
}

/** One piece of a snapshot, as it came. */
export interface Piece {
  readonly tenantId: string;
  readonly snapshotId: string;
  readonly position: number;
  readonly rows: number;
  readonly content: Uint8Array;
}

/** Keeps a piece and says where it belongs; bytes that the tenant has already are not kept twice, and the same piece again changes nothing. */
export async function keepPiece(tx: WriterTx, { tenantId, snapshotId, position, rows, content }: Piece, now: Date): Promise<string> {
  const digest = chunkAddress(await snapshotKey(tx, tenantId, now), content);
  const here = and(eq(snapshotChunks.tenantId, tenantId), eq(snapshotChunks.digest, digest));
  // Touching it keeps it from being dropped as unused before the reference stands.
  const [known] = await tx.update(snapshotChunks).set({ touchedAt: now }).where(here).returning({ digest: snapshotChunks.digest });
  if (!known) {
    const cell = await sealTenantSecret(tx, chunkPlace(tenantId, digest), deflateRawSync(content, { level: 1 }), now);
    await tx
      .insert(snapshotChunks)
      .values({ tenantId, digest, ...cell, bytes: content.length, touchedAt: now })
      .onConflictDoUpdate({ target: [snapshotChunks.tenantId, snapshotChunks.digest], set: { touchedAt: now } });
  }
  const ref = { tenantId, snapshotId, position, digest, rows, bytes: content.length };
  await tx
    .insert(snapshotRefs)
    .values(ref)
    .onConflictDoUpdate({
      target: [snapshotRefs.tenantId, snapshotRefs.snapshotId, snapshotRefs.position],
      set: { digest: sql`excluded.digest`, rows: sql`excluded.rows`, bytes: sql`excluded.bytes` },
    });
  return digest;
}

/** A snapshot's pieces in their order, by name. */
export function listPieces(tx: Selecting, tenantId: string, snapshotId: string) {
  return tx
    .select()
    .from(snapshotRefs)
    .where(and(eq(snapshotRefs.tenantId, tenantId), eq(snapshotRefs.snapshotId, snapshotId)))
    .orderBy(asc(snapshotRefs.position));
}
