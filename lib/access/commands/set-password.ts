import { eq } from "drizzle-orm";
import { z } from "zod";
import { people, personClients, personCredentials } from "@/db/schema/people";
import { hashPassword } from "@/lib/access/credentials/password";
import { defineCommand } from "@/lib/gateway/define-command";
import { lockPerson } from "../people/lock-person";
import { passwordField } from "../people/person-fields";

/**
 * Somebody gets a password, which ends their sessions and every lock. Call it without an idempotency key: a key keeps a
 * digest of the input, and a plain digest of a password is easier to guess than its argon2 hash. Repeating it is harmless.
 */
export const setPassword = defineCommand({
  name: "person.set-password",
  permission: "people:write",
  input: z.strictObject({ personId: z.uuid(), password: passwordField }),

  async apply(tx, input, { actor, now }) {
    const person = await lockPerson(tx, input.personId, actor);
    const fresh = { passwordHash: await hashPassword(input.password), failures: 0, lockedUntil: null, updatedAt: now };
    await tx
      .insert(personCredentials)
      .values({ personId: person.id, ...fresh })
      .onConflictDoUpdate({ target: personCredentials.personId, set: fresh });
    await tx.update(personClients).set({ failures: 0, lockedUntil: null }).where(eq(personClients.personId, person.id));
    await tx.update(people).set({ sessionsValidFrom: now, updatedAt: now }).where(eq(people.id, person.id));
    return {
      subject: `person:${person.id}`,
      tenantId: null,
      before: { sessions_valid_from: person.sessionsValidFrom },
      after: { sessions_valid_from: now },
      result: { id: person.id, password_set_at: now.toISOString() },
    };
  },
});
