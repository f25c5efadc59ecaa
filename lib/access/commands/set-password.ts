import { eq } from "drizzle-orm";
import { z } from "zod";
import { people } from "@/db/schema/people";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { putPassword } from "../credentials/put-password";
import { passwordField } from "../people/person-fields";

/**
 * The first administrator gets the password that the environment, or the demo, gives them. Nobody else's is ever set for them: people
 * choose their own, by a one-time link. Call it without an idempotency key: a key keeps a digest of the input, and a plain digest of
 * a password is easier to guess than its argon2 hash.
 */
export const setPassword = defineCommand({
  name: "person.set-password",
  permission: "system",
  input: z.strictObject({ personId: z.uuid(), password: passwordField }),

  async apply(tx, { personId, password }, { now }) {
    const [person] = await tx.select().from(people).where(eq(people.id, personId)).for("update");
    if (!person) refuse("not-found", `No person ${personId}`);
    await putPassword(tx, personId, password, now);
    return {
      subject: `person:${personId}`,
      tenantId: null,
      before: { sessions_valid_from: person.sessionsValidFrom },
      after: { sessions_valid_from: now },
      result: { id: personId, password_set_at: now.toISOString() },
    };
  },
});
