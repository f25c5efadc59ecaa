import { eq } from "drizzle-orm";
import { z } from "zod";
import { people, personCredentials } from "@/db/schema/people";
import { verifyPassword } from "@/lib/access/credentials/password";
import { RateLimits } from "@/lib/access/rates/rate-limits";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { putPassword } from "../credentials/put-password";
import { passwordField } from "../people/person-fields";

/** Whoever found an open browser must not guess on. */
const tries = new RateLimits({ burst: LIMITS.passwordChangesBurst, perMinute: LIMITS.passwordChangesPerMinute });

/**
 * Somebody chooses another password, by the one they have; it ends all their sessions, this one included. Call it without an
 * idempotency key.
 */
export const changePassword = defineCommand({
  name: "password.change",
  permission: "session:open",
  input: z.strictObject({ current: z.string().max(LIMITS.passwordMaxBytes * 4), password: passwordField }),

  async apply(tx, { current, password }, { actor, now }) {
    const wait = tries.take(actor.id, now.getTime());
    if (wait > 0) refuse("too-many", "Too many tries", { retryAfterSeconds: wait });
    const [known] = await tx
      .select({ id: people.id, passwordHash: personCredentials.passwordHash })
      .from(people)
      .innerJoin(personCredentials, eq(personCredentials.personId, people.id))
      .where(eq(people.email, actor.email ?? ""))
      .for("update", { of: personCredentials });
    if (!known) refuse("conflict", "You sign in without a password of Center");
    if (!(await verifyPassword(known.passwordHash, current)))
      refuse("forbidden", "The current password is wrong", { code: "ERR_CODE_WRONG" });
    await putPassword(tx, known.id, password, now);
    tries.giveBack(actor.id);
    return {
      subject: `person:${known.id}`,
      tenantId: null,
      before: null,
      after: { sessions_valid_from: now },
      result: { id: known.id, password_set_at: now.toISOString() },
    };
  },
});
