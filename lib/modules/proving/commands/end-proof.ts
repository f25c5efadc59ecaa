import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { moduleServices } from "@/db/schema/modules/modules";
import { healProofs } from "@/db/schema/modules/proving";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { provingService } from "./begin-proof";

const ms = z.number().int().min(0).nullable();
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const input = z.strictObject({
  proofId: z.uuid(),
  outcome: z.enum(["proven", "failed"]),
  why: z.string().max(300).nullable(),
  incidentId: z.uuid().nullable(),
  steps: z.strictObject({ detectMs: ms, decideMs: ms, applyMs: ms, healMs: ms, containMs: ms, rollBackMs: ms }),
  digestBefore: digest,
  digestAfter: digest,
});

/** A proof of healing has come to its end; the module is shut out until the next. What left other data behind than it found proves nothing. */
export const endProof = defineCommand({
  name: "heal-proof.end",
  permission: "system",
  input,

  async apply(tx, { proofId, steps, ...given }, { now }) {
    const [proof] = await tx
      .select({ outcome: healProofs.outcome })
      .from(healProofs)
      .where(and(eq(healProofs.tenantId, PLATFORM_TENANT), eq(healProofs.id, proofId)))
      .for("update");
    if (proof?.outcome !== "running") refuse("conflict", `The proof ${proofId} is not under way`);
    const isWhole = given.digestBefore === given.digestAfter && Object.values(steps).every((step) => step !== null);
    if (given.outcome === "proven" && !isWhole) refuse("invalid", "A proof has all its steps and leaves the data as it was");
    await tx
      .update(healProofs)
      .set({ ...given, ...steps, endedAt: now })
      .where(and(eq(healProofs.tenantId, PLATFORM_TENANT), eq(healProofs.id, proofId)));
    // Nobody speaks for it between two proofs, and its silence is nobody's concern.
    await tx.update(moduleServices).set({ status: "revoked", updatedAt: now }).where(provingService);
    return {
      subject: `heal-proof:${proofId}`,
      tenantId: PLATFORM_TENANT,
      before: { outcome: proof.outcome },
      after: { outcome: given.outcome, why: given.why, ...steps },
      result: { id: proofId, outcome: given.outcome },
    };
  },
});
