import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { personClients } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { LIMITS } from "@/lib/platform/limits";

export type ClientRow = typeof personClients.$inferSelect;

/** Forgets the places beyond LIMITS.clientsPerPerson, those that never succeeded and were quiet longest first. */
async function forgetOthers(tx: WriterTx, personId: string): Promise<void> {
  const others = tx
    .select({ client: personClients.client })
    .from(personClients)
    .where(eq(personClients.personId, personId))
    .orderBy(sql`${personClients.succeededAt} desc nulls last`, desc(personClients.updatedAt))
    .offset(LIMITS.clientsPerPerson);
  await tx.delete(personClients).where(and(eq(personClients.personId, personId), inArray(personClients.client, others)));
}

/** Locks what is known of a place somebody signs in from; a new one is remembered from here on. */
export async function lockClient(tx: WriterTx, personId: string, client: string, now: Date): Promise<ClientRow> {
  const ofClient = and(eq(personClients.personId, personId), eq(personClients.client, client));
  const inserted = await tx.insert(personClients).values({ personId, client, updatedAt: now }).onConflictDoNothing().returning();
  if (inserted[0]) {
    await forgetOthers(tx, personId);
    return inserted[0];
  }
  const [row] = await tx.select().from(personClients).where(ofClient).for("update");
  if (!row) throw new Error("a place that could not be added is not there either");
  return row;
}
