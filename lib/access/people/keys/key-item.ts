import type { ApproverKeyRow } from "./approver-keys";
import { vouchDigest } from "./approver-keys";

/** An approver's key as the API shows it. */
export function keyItem(row: ApproverKeyRow) {
  return {
    id: row.id,
    keyid: row.keyid,
    public_key: row.publicKey,
    approver: row.approver,
    made_in: row.madeIn,
    status: row.status,
    enrolled_at: row.enrolledAt.toISOString(),
    vouched_at: row.vouchedAt?.toISOString() ?? null,
    vouched_by: row.vouchedBy,
    revoked_at: row.revokedAt?.toISOString() ?? null,
    revoked_by: row.revokedBy,
    revoked_reason: row.revokedReason,
    /** What a second person who vouches for it shows a second factor for. */
    vouch_digest: vouchDigest(row),
  };
}
