import { and, asc, desc, eq, gt } from "drizzle-orm";
import { approverKeys, trustDocuments, trustSignatures } from "@/db/schema/approver-keys";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { trustInForce } from "./approver-keys";
import { keyItem } from "./key-item";
import { trustItem } from "./trust-item";

/** Keys belong to no tenant: agents of all merchants hear of them. */
const NOBODY: TenantScope = { kind: "set", ids: [] };
const KEYS_SHOWN = 500;

/** The proposed document that waits for signatures, or null. */
async function waitingTrust(tx: ReaderTx, now: Date) {
  const waits = and(eq(trustDocuments.status, "awaiting"), gt(trustDocuments.expiresAt, now));
  const [row] = await tx.select().from(trustDocuments).where(waits);
  return row ?? null;
}

async function signaturesOf(tx: ReaderTx, documentId: string) {
  return tx.select().from(trustSignatures).where(eq(trustSignatures.documentId, documentId)).orderBy(asc(trustSignatures.at));
}

/** Every approver's key, newest first, the trust document in force and the one that waits for signatures. */
export async function showApproverKeys(now: Date) {
  return read(NOBODY, async (tx) => {
    const keys = await tx.select().from(approverKeys).orderBy(desc(approverKeys.enrolledAt), desc(approverKeys.id)).limit(KEYS_SHOWN);
    const current = await trustInForce(tx);
    const waiting = await waitingTrust(tx, now);
    return {
      items: keys.map(keyItem),
      trust: current ? trustItem(current, null, await signaturesOf(tx, current.id)) : null,
      proposed: waiting ? trustItem(waiting, current, await signaturesOf(tx, waiting.id)) : null,
      limits: { keys_per_person: LIMITS.approverKeysPerPerson },
    };
  });
}
