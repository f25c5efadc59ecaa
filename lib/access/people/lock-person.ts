import { eq } from "drizzle-orm";
import { people } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";
import type { Actor, Role } from "../types";
import { coversTenants, mayGrant } from "./rights/may-grant";

type PersonRow = typeof people.$inferSelect;

/**
 * Locks the record of a person whom the actor may see and change.
 * @throws Refusal not-found for one outside its tenants, forbidden for one who holds more than the actor could give, conflict for an erased one
 */
export async function lockPerson(tx: WriterTx, personId: string, actor: Actor): Promise<PersonRow> {
  const person = await lockAnyPerson(tx, personId, actor);
  if (person.erasedAt) refuse("conflict", "This person is erased already");
  return person;
}

/** The same, of those who were erased, too. */
export async function lockAnyPerson(tx: WriterTx, personId: string, actor: Actor): Promise<PersonRow> {
  const [person] = await tx.select().from(people).where(eq(people.id, personId)).for("update");
  if (!person || !coversTenants(actor, person.tenants)) refuse("not-found", `No person ${personId}`);
  if (!mayGrant(actor, person.roles as Role[], person.tenants)) {
    refuse("forbidden", "This person holds more than you could give: needs security_admin");
  }
  return person;
}
