import { z } from "zod";
import { APPROVAL_PAYLOAD_TYPE, type VerifyingKey, verifyEnvelope } from "@/lib/delivery/dsse";
import type { Envelope, PlanDocument } from "@/lib/delivery/types";
import { isMajorChange } from "@/lib/kernel/semver";

/** What an approver signs over one plan (protocol.md, Trust and commands): these members and no others. */
const approvalSchema = z.strictObject({
  plan_digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  approver: z.string().min(3).max(320),
  expires_at: z.iso.datetime(),
});

/** Whether agents carry a plan out only under approvers' own signatures; they judge by themselves, from the same bytes. */
export function needsOwnSignatures({ type, from_version, to_version, artifact_sha256, impact, quorum_for }: PlanDocument): boolean {
  if (type === "rollback") return artifact_sha256 !== null;
  if (type !== "update") return false;
  if (quorum_for === "all" || (quorum_for === "high_impact" && impact !== "normal")) return true;
  return from_version !== null && to_version !== null && isMajorChange(from_version, to_version);
}

/** What a signature has to be about. */
export interface ApprovalSubject {
  readonly planDigest: string;
  readonly approver: string;
  readonly planExpiresAt: Date;
  readonly now: Date;
}

function objectIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null; // said below as "not an approval"
  }
}

/**
 * Reads an approver's signature over exactly one plan.
 * @param keys  the approver's own active keys
 * @returns the key that signed, or why the envelope is no yes of theirs to this plan
 */
export function readApproval(
  envelope: Envelope,
  keys: readonly VerifyingKey[],
  subject: ApprovalSubject,
): { keyid: string } | { problem: string } {
  if (envelope.signatures.length !== 1) return { problem: "an approval carries one signature" };
  const opened = verifyEnvelope(envelope, APPROVAL_PAYLOAD_TYPE, keys);
  const [keyid] = opened?.keyids ?? [];
  if (!opened || keyid === undefined) return { problem: "no active key of yours made this signature" };
  const approval = approvalSchema.safeParse(objectIn(opened.payload));
  if (!approval.success) return { problem: "what is signed is not an approval" };
  const { plan_digest, approver, expires_at } = approval.data;
  if (plan_digest !== subject.planDigest) return { problem: "it is a signature of another plan" };
  if (approver !== subject.approver) return { problem: "it names another approver" };
  const expiresAt = Date.parse(expires_at);
  if (expiresAt <= subject.now.getTime()) return { problem: "it has expired" };
  if (expiresAt > subject.planExpiresAt.getTime()) return { problem: "it outlives the plan" };
  return { keyid };
}
