import { eq } from "drizzle-orm";
import { z } from "zod";
import { totpFactors } from "@/db/schema/approvals";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { afterCode, lockFactor, openFactor, requireOwnRecord } from "../factor";
import { CODE_SECONDS, stepOfCode } from "../totp";

const NONE_WAITS = "No second factor waits to be confirmed";

/** A code as somebody types it; apps show it in two groups. */
export const codeField = z
  .string()
  .max(20)
  .transform((text) => text.replace(/\s/g, ""))
  .pipe(z.string().regex(/^\d{6}$/, "six digits"));

/**
 * Somebody shows by two consecutive codes that their app and Center agree; from then on the factor counts. Wrong ones are counted
 * and answered `confirmed: false`, which commits, where a refusal would undo the count. The two that confirmed it answer the same again:
 * whoever never heard the first answer lost nothing by asking twice.
 */
export const confirmFactor = defineCommand({
  name: "step-up.confirm",
  permission: "session:open",
  input: z.strictObject({ codes: z.tuple([codeField, codeField]) }),

  async apply(tx, { codes }, { actor, now }) {
    const person = await requireOwnRecord(tx, actor);
    const factor = await lockFactor(tx, person.id);
    if (!factor) refuse("conflict", NONE_WAITS);
    const secret = await openFactor(tx, factor);
    // Whoever types two codes, one after the other, is late with the first.
    const [first, second] = codes.map((code) => stepOfCode(secret, code, now, [LIMITS.stepUpTypingSeconds, CODE_SECONDS]));
    const isPair = typeof first === "number" && second === first + 1;
    if (factor.confirmedAt) {
      if (!isPair || second !== factor.lastStep) refuse("conflict", NONE_WAITS);
      const same = { second_factor: "totp", failures: factor.failures };
      return { subject: `person:${person.id}`, tenantId: null, before: same, after: same, result: { confirmed: true } };
    }
    const { isRight, set } = afterCode(factor, isPair ? second : null, now);
    await tx
      .update(totpFactors)
      .set({ ...set, ...(isRight ? { confirmedAt: now } : {}), updatedAt: now })
      .where(eq(totpFactors.personId, person.id));
    return {
      subject: `person:${person.id}`,
      tenantId: null,
      before: { second_factor: null, failures: factor.failures },
      after: { second_factor: isRight ? "totp" : null, failures: set.failures ?? factor.failures },
      result: { confirmed: isRight },
    };
  },
});
