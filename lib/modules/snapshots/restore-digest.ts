import { digestOf } from "@/lib/kernel/canonical-json";
import type { SnapshotRow } from "./types";

/** What somebody shows a second factor for: exactly this snapshot, by what is in it. */
export function restoreDigest(snapshot: Pick<SnapshotRow, "tenantId" | "id" | "digest">): string {
  return digestOf({ do: "restore_snapshot", tenant_id: snapshot.tenantId, snapshot_id: snapshot.id, digest: snapshot.digest });
}
