import { desc, inArray } from "drizzle-orm";
import { z } from "zod";
import { trustDocuments } from "@/db/schema/approver-keys";
import { opsPolicy } from "@/db/schema/safety";
import { type ApproverTrust, type BuiltTrust, buildTrust } from "@/lib/delivery/quorum/trust-document";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { requireAllTenants } from "../../require-all-tenants";
import { keysOf, lockTrust } from "../approver-keys";
import { settleTrust } from "../settle-trust";
import { trustItem } from "../trust-item";

/** @throws Refusal conflict for what could never be satisfied */
function built(document: ApproverTrust): BuiltTrust {
  try {
    return buildTrust(document);
  } catch (error) {
    return refuse("conflict", `There is no such trust document: ${(error as Error).message}`);
  }
}

/**
 * Center writes down whose signatures agents are to count from now on: every key that somebody vouched for and nobody revoked. It convinces
 * no agent until the approvers whom agents trust now have signed it. One waits at a time; a new proposal replaces it.
 */
export const proposeTrust = defineCommand({
  name: "trust.propose",
  permission: "key:vouch",
  input: z.strictObject({
    threshold: z.number().int().min(1).max(LIMITS.quorumEnvelopes).optional(),
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { threshold, reason }, { actor, now, newId }) {
    requireAllTenants(actor, "Trust documents");
    await lockTrust(tx);
    const known = await tx
      .select()
      .from(trustDocuments)
      .where(inArray(trustDocuments.status, ["awaiting", "in_force"]))
      .orderBy(desc(trustDocuments.version))
      .for("update");
    const current = known.find(({ status }) => status === "in_force") ?? null;
    const [policy] = await tx.select({ required: opsPolicy.requiredSignatures }).from(opsPolicy);
    const keys = await keysOf(tx, ["vouched", "active"]);
    if (keys.length === 0) refuse("conflict", "Nobody has a key that a second person vouched for");
    const { document, bytes, digest } = built({
      version: (current?.version ?? 0) + 1,
      approver_keys: keys.map(({ keyid, publicKey, approver }) => ({ keyid, public_key: publicKey, approver })),
      threshold: threshold ?? Math.max(1, current?.threshold ?? policy?.required ?? 2),
    });
    const replaced = known.find(({ status }) => status === "awaiting");
    if (replaced) await settleTrust(tx, replaced.id, "void", { by: actor.id, reason: "another proposal replaced it", now });
    const row = {
      id: newId(),
      version: document.version,
      bytes,
      digest,
      threshold: document.threshold,
      status: "awaiting" as const,
      envelope: null,
      proposedBy: actor.id,
      reason,
      createdAt: now,
      expiresAt: new Date(now.getTime() + LIMITS.trustProposalSeconds * 1_000),
      settledAt: null,
      settledBy: null,
      settledReason: null,
    };
    await tx.insert(trustDocuments).values(row);
    const after = trustItem(row, current, []);
    return {
      subject: `trust:${row.id}`,
      tenantId: null,
      before: replaced ? { replaced: replaced.id } : null,
      after,
      reason,
      events: [{ name: "approval.changed", payload: { approvalId: row.id } }],
      result: after,
    };
  },
});
