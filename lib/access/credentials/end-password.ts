import { eq } from "drizzle-orm";
import { people, personCredentials } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { voidLinks } from "../links/put-link";

/**
 * A password that only a tenant's administrator made possible ends, with every session and link: from here on somebody else says whose
 * address this is, and that administrator may have chosen it.
 */
export async function endPassword(tx: WriterTx, personId: string, now: Date): Promise<void> {
  await voidLinks(tx, personId, now);
  await tx.delete(personCredentials).where(eq(personCredentials.personId, personId));
  await tx.update(people).set({ sessionsValidFrom: now, updatedAt: now }).where(eq(people.id, personId));
}
