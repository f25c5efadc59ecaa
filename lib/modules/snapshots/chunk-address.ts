import { createHmac } from "node:crypto";
import { digestOf } from "@/lib/kernel/canonical-json";

/**
 * What a chunk is called within its tenant: equal bytes have one name there, and under another tenant's key quite another, so that neither the
 * store nor whoever reads it can tell that two tenants have the same, or try what one of them might have.
 *
 * @param key  32 bytes, the tenant's own
 * @returns 64 hex digits
 */
export function chunkAddress(key: Uint8Array, content: Uint8Array): string {
  return createHmac("sha256", key).update(content).digest("hex");
}

/** What a whole snapshot is called: its chunks in their order, and how many rows they hold. */
export function snapshotDigest(addresses: readonly string[], rows: number): string {
  return digestOf({ rows, chunks: addresses });
}
