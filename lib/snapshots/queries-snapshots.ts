import { and, eq } from "drizzle-orm";
import { tenantSnapshots } from "@/db/schema/modules/snapshots";
import type { ReaderTx } from "@/lib/platform/scope";
import type { SnapshotRow } from "./types";

/** A snapshot as it stands; null where the transaction may see none. */
export async function readSnapshot(tx: Pick<ReaderTx, "select">, tenantId: string, id: string): Promise<SnapshotRow | null> {
  const [row] = await tx
    .select()
    .from(tenantSnapshots)
    .where(and(eq(tenantSnapshots.tenantId, tenantId), eq(tenantSnapshots.id, id)));
  return row ?? null;
}
