import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { stepUps, totpFactors } from "@/db/schema/approvals";
import { passkeyChallenges, passkeys } from "@/db/schema/passkeys";
import { people } from "@/db/schema/people";
import { lockPerson } from "@/lib/access/people/lock-person";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { resetDigest } from "../access-digests";
import { lockFactor } from "../factor";
import { requireStepUp } from "../require-step-up";

/**
 * Somebody lost their phone, or what their passkeys lay on: a security admin, by a factor of their own, lets them set up another one. All
 * their factors go, since nobody knows who holds them, and their sessions end.
 */
export const forgetFactor = defineCommand({
  name: "step-up.forget",
  permission: "people:write",
  input: z.strictObject({ personId: z.uuid().toLowerCase(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { personId, reason }, { actor, now }) {
    const person = await lockPerson(tx, personId, actor);
    if (actor.email === person.email) refuse("forbidden", "Nobody resets their own second factor", { code: "ERR_SECOND_PERSON" });
    const factor = await lockFactor(tx, personId);
    const held = await tx.$count(passkeys, eq(passkeys.personId, personId));
    if (!factor?.confirmedAt && held === 0) refuse("conflict", "This person has no second factor");
    await requireStepUp(tx, actor, resetDigest(personId), now);
    // No code of the lost phone is ever after this step, so that only a new secret can be confirmed.
    const spent = { confirmedAt: null, lastStep: Number.MAX_SAFE_INTEGER, updatedAt: now };
    await tx.update(totpFactors).set(spent).where(eq(totpFactors.personId, personId));
    // What was shown by them and not used yet opens nothing any more either.
    await tx
      .update(stepUps)
      .set({ usedAt: now })
      .where(and(eq(stepUps.personId, personId), isNull(stepUps.usedAt)));
    await tx.delete(passkeyChallenges).where(eq(passkeyChallenges.personId, personId));
    await tx.delete(passkeys).where(eq(passkeys.personId, personId));
    await tx.update(people).set({ sessionsValidFrom: now, updatedAt: now }).where(eq(people.id, personId));
    return {
      subject: `person:${personId}`,
      tenantId: null,
      before: { second_factor: factor?.confirmedAt ? "totp" : null, passkeys: held },
      after: { second_factor: null, passkeys: 0 },
      reason,
      result: { id: personId, second_factor: null },
    };
  },
});
