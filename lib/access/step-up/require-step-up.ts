import { and, desc, eq, gt, isNull } from "drizzle-orm";
import { stepUps } from "@/db/schema/approvals";
import { people } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import type { Actor } from "../types";
import { isFreshToken } from "./fresh-token";

/** By what somebody showed that it is really them: a code or a passkey shown here, or what their token says. */
export type StepUp = "totp" | "passkey" | "token";

/**
 * Makes sure that whoever acts showed a second factor for exactly this, within the last minutes: a code or a passkey shown for this digest
 * (POST /api/ops/step-up, PUT /api/ops/step-up/passkeys/challenge), which is used up by this very transaction, or a bearer token that says so itself.
 *
 * @param digest  `sha256:<hex>` of what is agreed to
 * @throws Refusal forbidden with ERR_STEP_UP
 */
export async function requireStepUp(tx: WriterTx, actor: Actor, digest: string, now: Date): Promise<StepUp> {
  if (actor.kind === "person" && isFreshToken(actor, now)) return "token";
  const since = new Date(now.getTime() - LIMITS.stepUpSeconds * 1_000);
  const [proof] = await tx
    .select({ id: stepUps.id, method: stepUps.method })
    .from(stepUps)
    .innerJoin(people, eq(people.id, stepUps.personId))
    .where(and(eq(people.email, actor.email ?? ""), eq(stepUps.digest, digest), gt(stepUps.provenAt, since), isNull(stepUps.usedAt)))
    .orderBy(desc(stepUps.provenAt))
    .limit(1)
    .for("update", { of: stepUps });
  if (!proof) {
    refuse("forbidden", `This needs your second factor, freshly shown for ${digest}`, { code: "ERR_STEP_UP", digest });
  }
  await tx.update(stepUps).set({ usedAt: now }).where(eq(stepUps.id, proof.id));
  return proof.method;
}
