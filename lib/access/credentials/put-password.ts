import { eq } from "drizzle-orm";
import { people, personClients, personCredentials } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { hashPassword } from "@/lib/access/credentials/password";

/** Gives somebody another password, which ends their sessions and every lock. */
export async function putPassword(tx: WriterTx, personId: string, password: string, now: Date): Promise<void> {
  const fresh = { passwordHash: await hashPassword(password), failures: 0, lockedUntil: null, updatedAt: now };
  await tx
    .insert(personCredentials)
    .values({ personId, ...fresh })
    .onConflictDoUpdate({ target: personCredentials.personId, set: fresh });
  await tx.update(personClients).set({ failures: 0, lockedUntil: null }).where(eq(personClients.personId, personId));
  await tx.update(people).set({ sessionsValidFrom: now, updatedAt: now }).where(eq(people.id, personId));
}
