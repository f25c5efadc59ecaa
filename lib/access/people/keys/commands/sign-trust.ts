import { asc, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { approverKeys, trustDocuments, trustSignatures } from "@/db/schema/approver-keys";
import type { WriterTx } from "@/db/writer";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { addressOf } from "@/lib/approvals/four-eyes";
import { envelopeSchema, verifyEnvelope } from "@/lib/delivery/dsse";
import { TRUST_PAYLOAD_TYPE } from "@/lib/delivery/quorum/trust-document";
import { readPublicKey } from "@/lib/delivery/signing-key";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { requireVouchedFor } from "../../require-vouched-for";
import { keysOf, lockTrust, type TrustRow, trustIn, trustInForce } from "../approver-keys";
import { settleTrust } from "../settle-trust";
import { trustItem } from "../trust-item";

type Envelope = z.infer<typeof envelopeSchema>;

/**
 * The key by which somebody signed exactly this document: one that agents trust now, theirs, and not revoked.
 * @throws Refusal forbidden with ERR_SIGNATURE_WRONG
 */
async function signerOf(tx: WriterTx, row: TrustRow, current: TrustRow | null, envelope: Envelope, approver: string) {
  const listed = trustIn(current ?? row).approver_keys.filter((key) => key.approver === approver);
  const standing = new Set((await keysOf(tx, ["vouched", "active"])).map(({ keyid }) => keyid));
  const keys = listed.filter(({ keyid }) => standing.has(keyid)).map(({ public_key }) => readPublicKey(public_key));
  const opened = envelope.signatures.length === 1 ? verifyEnvelope(envelope, TRUST_PAYLOAD_TYPE, keys) : null;
  const [signature] = envelope.signatures;
  if (!opened || !signature || !opened.payload.equals(row.bytes))
    refuse("forbidden", "This is not a signature of a key of yours, which agents trust now, over exactly this document", {
      code: "ERR_SIGNATURE_WRONG",
    });
  return signature;
}

/** Enough have signed: from this commit on it is in force, and the one before it is history. */
async function enforce(tx: WriterTx, row: TrustRow, current: TrustRow | null, by: string, now: Date): Promise<TrustRow> {
  const signatures = await tx.select().from(trustSignatures).where(eq(trustSignatures.documentId, row.id)).orderBy(asc(trustSignatures.at));
  const envelope = {
    payloadType: TRUST_PAYLOAD_TYPE,
    payload: row.bytes.toString("base64"),
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig })),
  };
  if (current) await settleTrust(tx, current.id, "superseded", { by, reason: `version ${row.version} is in force`, now });
  const change = { status: "in_force" as const, envelope, settledAt: now, settledBy: by };
  await tx.update(trustDocuments).set(change).where(eq(trustDocuments.id, row.id));
  const keyids = trustIn(row).approver_keys.map(({ keyid }) => keyid);
  await tx.update(approverKeys).set({ status: "active" }).where(inArray(approverKeys.keyid, keyids));
  return { ...row, ...change };
}

/** An approver signs who may approve from now on; with the last signature that agents want, it is in force. */
export const signTrust = defineCommand({
  name: "trust.sign",
  permission: "plan:approve",
  input: z.strictObject({ id: z.uuid().toLowerCase(), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), envelope: envelopeSchema }),

  async apply(tx, { id, digest, envelope }, { actor, now }) {
    await lockTrust(tx);
    const [row] = await tx.select().from(trustDocuments).where(eq(trustDocuments.id, id)).for("update");
    if (!row) refuse("not-found", `No trust document ${id}`);
    if (row.digest !== digest) refuse("conflict", "This is not the document that was looked at; look again", { code: "ERR_VOID" });
    if (row.status !== "awaiting") refuse("conflict", `This document is ${row.status} already`);
    if (row.expiresAt <= now) refuse("conflict", "This proposal has expired; it has to be made anew", { code: "ERR_VOID" });
    const listed = trustIn(row).approver_keys.map(({ keyid }) => keyid);
    const states = await tx
      .select({ status: approverKeys.status })
      .from(approverKeys)
      .where(inArray(approverKeys.keyid, listed))
      .for("update");
    if (states.length !== listed.length || states.some(({ status }) => status === "revoked" || status === "enrolled"))
      refuse("conflict", "A key that it lists was revoked since: it has to be proposed anew", { code: "ERR_VOID" });
    const current = await trustInForce(tx);
    const approver = addressOf(actor.email ?? "");
    if (approver === null) refuse("forbidden", "A signature needs a person with an e-mail address");
    requireVouchedFor(actor);
    const { keyid, sig } = await signerOf(tx, row, current, envelope, approver);
    const stepUp = await requireStepUp(tx, actor, digest, now);
    const added = await tx
      .insert(trustSignatures)
      .values({ documentId: id, keyid, approver, sig, at: now })
      .onConflictDoNothing()
      .returning();
    if (added.length === 0) refuse("forbidden", "You signed this already: somebody else has to sign, too", { code: "ERR_SECOND_PERSON" });
    const signatures = await tx.select().from(trustSignatures).where(eq(trustSignatures.documentId, id));
    const before = trustItem(
      row,
      current,
      signatures.filter((signature) => signature.approver !== approver),
    );
    const isEnough = signatures.length >= before.approvals.required;
    const after = trustItem(isEnough ? await enforce(tx, row, current, actor.id, now) : row, current, signatures);
    return {
      subject: `trust:${id}`,
      tenantId: null,
      before: { status: before.status, approvals: before.approvals },
      after: { status: after.status, approvals: after.approvals, version: row.version, digest, approver, keyid, step_up: stepUp },
      events: [{ name: "approval.changed", payload: { approvalId: id } }],
      result: after,
    };
  },
});
