import { eq } from "drizzle-orm";
import { z } from "zod";
import { stepUps, totpFactors } from "@/db/schema/approvals";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { afterCode, lockFactor, openFactor, requireOwnRecord } from "../factor";
import { CODE_SECONDS, stepOfCode } from "../totp";
import { codeField } from "./confirm-factor";

/**
 * Somebody enters a code for exactly one digest. No code counts twice; a wrong one is counted and answered `proven: false`,
 * which commits, where a refusal would undo the count. Call it without an idempotency key.
 */
export const proveCode = defineCommand({
  name: "step-up.prove",
  permission: "session:open",
  input: z.strictObject({ code: codeField, digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),

  async apply(tx, { code, digest }, { actor, now, newId }) {
    const person = await requireOwnRecord(tx, actor);
    const factor = await lockFactor(tx, person.id);
    if (!factor?.confirmedAt) refuse("conflict", "You have no second factor yet: set one up first", { code: "ERR_NO_FACTOR" });
    const step = stepOfCode(await openFactor(tx, factor), code, now, [CODE_SECONDS, CODE_SECONDS]);
    const { isRight, set } = afterCode(factor, step, now);
    await tx
      .update(totpFactors)
      .set({ ...set, updatedAt: now })
      .where(eq(totpFactors.personId, person.id));
    if (isRight) await tx.insert(stepUps).values({ id: newId(), personId: person.id, digest, provenAt: now });
    const until = new Date(now.getTime() + LIMITS.stepUpSeconds * 1_000);
    return {
      subject: `person:${person.id}`,
      tenantId: null,
      before: { failures: factor.failures },
      after: { proven: isRight, digest, failures: set.failures ?? factor.failures, locked_until: set.lockedUntil ?? factor.lockedUntil },
      result: isRight ? { proven: true as const, digest, expires_at: until.toISOString() } : { proven: false as const },
    };
  },
});
