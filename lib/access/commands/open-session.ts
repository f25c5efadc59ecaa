import { eq } from "drizzle-orm";
import { z } from "zod";
import { people, personCredentials } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { verifyPassword } from "@/lib/access/credentials/password";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";

type Credentials = typeof personCredentials.$inferSelect;

/** Failures and lock after one more try. The count starts anew once a lock has run out. */
function afterTry(known: Credentials, isRight: boolean, now: Date): Pick<Credentials, "failures" | "lockedUntil"> {
  if (isRight) return { failures: 0, lockedUntil: null };
  const failures = (known.lockedUntil ? 0 : known.failures) + 1;
  const isFull = failures >= LIMITS.signInFailuresBeforeLock;
  return { failures, lockedUntil: isFull ? new Date(now.getTime() + LIMITS.signInLockSeconds * 1_000) : null };
}

async function findByEmail(tx: WriterTx, email: string) {
  const [found] = await tx
    .select({ person: people, credentials: personCredentials })
    .from(people)
    .leftJoin(personCredentials, eq(personCredentials.personId, people.id))
    .where(eq(people.email, email));
  return found ?? { person: null, credentials: null };
}

/**
 * Somebody signs in with a password. A wrong one is counted and answered `opened: false`, which commits, where a refusal
 * would undo the count; the answer never says whether the person exists, is disabled or is locked out.
 * Run by `system:sign-in`, without an idempotency key.
 */
export const openSession = defineCommand({
  name: "session.open",
  permission: "system",
  input: z.strictObject({ email: z.string().min(1).max(320).toLowerCase(), password: z.string().max(LIMITS.passwordMaxBytes * 4) }),

  async apply(tx, { email, password }, { now }) {
    const { person, credentials } = await findByEmail(tx, email);
    // Before the row is locked: hashing takes long, and whoever guesses must not make others wait.
    const isRight = await verifyPassword(credentials?.passwordHash ?? null, password);
    if (!person || !credentials) {
      return { subject: "person:unknown", tenantId: null, before: null, after: { opened: false }, result: { opened: false as const } };
    }
    const [locked] = await tx.select().from(personCredentials).where(eq(personCredentials.personId, person.id)).for("update");
    const known = locked ?? credentials;
    const isLocked = known.lockedUntil !== null && known.lockedUntil > now;
    const opened = isRight && !isLocked && !person.isDisabled && known.passwordHash === credentials.passwordHash;
    const after = isLocked ? known : { ...known, ...afterTry(known, opened, now) };
    await tx
      .update(personCredentials)
      .set({ failures: after.failures, lockedUntil: after.lockedUntil, updatedAt: now })
      .where(eq(personCredentials.personId, person.id));
    return {
      subject: `person:${person.id}`,
      tenantId: null,
      before: { failures: known.failures, locked_until: known.lockedUntil },
      after: { opened, failures: after.failures, locked_until: after.lockedUntil },
      result: opened ? { opened: true as const, id: person.id, email: person.email, name: person.name } : { opened: false as const },
    };
  },
});
