import type { trustSignatures } from "@/db/schema/approver-keys";
import { type TrustRow, trustIn } from "./approver-keys";

type SignatureRow = typeof trustSignatures.$inferSelect;

/**
 * A trust document as the API shows it, with the exact bytes that are signed.
 * @param current  the document in force when this one was proposed; null for the first, which its own keys sign
 */
export function trustItem(row: TrustRow, current: TrustRow | null, signatures: readonly Pick<SignatureRow, "approver" | "keyid" | "at">[]) {
  const document = trustIn(row);
  const signers = current ? trustIn(current) : document;
  return {
    id: row.id,
    version: row.version,
    status: row.status,
    digest: row.digest,
    bytes: row.bytes.toString("base64"),
    document,
    /** What agents trust until then; null where this is the first. */
    before: current ? signers : null,
    proposed_by: row.proposedBy,
    reason: row.reason,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
    /** Whose signatures it takes: approvers that agents trust now. */
    signers: signers.approver_keys.map(({ keyid, approver }) => ({ keyid, approver })),
    approvals: { required: signers.threshold, given: signatures.length },
    signatures: signatures.map(({ approver, keyid, at }) => ({ approver, keyid, at: at.toISOString() })),
  };
}
