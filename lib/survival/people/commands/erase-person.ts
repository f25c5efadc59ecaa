import { and, eq, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { approverKeys } from "@/db/schema/approver-keys";
import { people } from "@/db/schema/people";
import { auditEntries } from "@/db/schema/spine";
import type { WriterTx } from "@/db/writer";
import { lockAnyPerson } from "@/lib/access/people/lock-person";
import { isEraseAsked } from "@/lib/access/people/person-item";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { requireVouchedFor } from "@/lib/access/people/require-vouched-for";
import { digestKeyWithin } from "@/lib/access/sealing/digest-key";
import { erasedAddressDigest } from "@/lib/access/sealing/erased-address";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { mayBeSamePerson } from "@/lib/approvals/four-eyes";
import { eraseIdentities } from "@/lib/audit/identities/open-identities";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { erasureDigest } from "../erasure-digest";

const input = z.strictObject({
  personId: z.uuid(),
  /** The person's address, typed: nobody is erased by a click on the wrong line. */
  email: z.string().max(LIMITS.emailCharacters),
  reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
});

/** A type and no interface: what a command answers is JSON, whose members are open. */
type Answer = { id: string; status: "asked" | "erased"; awaiting: string | null; erased_rows: number; kept_in: string[] };

type PersonRow = typeof people.$inferSelect;

/** Documents that agents pin carry the address of whoever holds a key in them: the key goes first. */
async function requireNoKey(tx: WriterTx, personId: string): Promise<void> {
  const [key] = await tx
    .select({ keyid: approverKeys.keyid })
    .from(approverKeys)
    .where(and(eq(approverKeys.personId, personId), ne(approverKeys.status, "revoked")))
    .limit(1);
  if (key) refuse("conflict", "This person still has an approver's key: revoke it first");
}

/** What the log holds of this record under an alias has to be found again, or it would go on saying who it was. */
async function requireAliases(tx: WriterTx, personId: string, aliases: number): Promise<void> {
  if (aliases > 0) return;
  const aliased = sql`${auditEntries.after} ->> 'email' like '~%'`;
  const [entry] = await tx
    .select({ id: auditEntries.id })
    .from(auditEntries)
    .where(and(eq(auditEntries.subject, `person:${personId}`), aliased))
    .limit(1);
  if (entry) refuse("conflict", "The audit log speaks of this person under an alias that no key opens here: nothing was erased");
}

/** Whether this is the address that an erased record had, and is nobody's now: then what turned up of it since may go, too. */
async function wasTheirs(tx: WriterTx, person: PersonRow, email: string): Promise<boolean> {
  const [other] = await tx.select({ id: people.id }).from(people).where(eq(people.email, email));
  return !other && person.erasedDigest === erasedAddressDigest(await digestKeyWithin(tx), email);
}

/** Empties the aliases and takes the address out of every row. One statement walks over all tables, and is given the time that takes. */
async function eraseWords(tx: WriterTx, person: PersonRow, email: string, now: Date) {
  const aliases = await eraseIdentities(tx, email, now);
  if (!person.erasedAt) await requireAliases(tx, person.id, aliases);
  await tx.execute(sql.raw(`set local statement_timeout = '${LIMITS.erasePersonSeconds}s'`));
  const [rows] = await tx.execute<{ changed: number; kept_in: string[] }>(
    sql`select changed, kept_in from erase_person_rows(${person.id}::uuid, ${email}, ${`erased-${person.id}@erased.invalid`})`,
  );
  await tx.execute(sql.raw(`set local statement_timeout = default`));
  const said = { status: "erased" as const, erased_rows: rows?.changed ?? 0, kept_in: rows?.kept_in ?? [] };
  return { said, aliases };
}

/**
 * Everything personal about somebody who is disabled is erased, by two security administrators: the first call asks, the second, by another person
 * within hours, agrees and does it; of somebody who is erased, one of them may do it again, for what turned up since. Their address and name go from the record and every row, the aliases of the audit log are emptied, and what
 * they signed in with is gone; what they did stays, done by somebody of whom nothing else is known.
 */
export const erasePerson = defineCommand({
  name: "person.erase",
  permission: "switch:looser",
  input,

  async apply(tx, { personId, email: typed, reason }, { actor, now }) {
    requireAllTenants(actor, "People");
    if (actor.kind !== "person") refuse("forbidden", "Two people erase a person", { code: "ERR_SECOND_PERSON" });
    const before = await lockAnyPerson(tx, personId, actor);
    const email = typed.trim().toLowerCase();
    if (before.erasedAt && !(await wasTheirs(tx, before, email))) refuse("conflict", "This person is erased already");
    if (mayBeSamePerson(actor.id, email)) refuse("forbidden", "Nobody erases themselves");
    if (!before.isDisabled) refuse("conflict", "Disable this person first");
    if (!before.erasedAt && before.email !== email) refuse("conflict", "That is not this person's address");
    if (reason.toLowerCase().includes(email)) refuse("invalid", "Say why without the address: the audit log keeps the reason");
    requireVouchedFor(actor);
    await requireNoKey(tx, personId);
    const isAsked = isEraseAsked(before, now);
    if (isAsked && mayBeSamePerson(before.eraseAskedBy ?? "", actor.id)) {
      refuse("conflict", "You asked for this yourself: a second person has to agree", { code: "ERR_SECOND_PERSON" });
    }
    await requireStepUp(tx, actor, erasureDigest(personId, email), now);
    const own = { subject: `person:${personId}`, tenantId: null, reason };
    if (!isAsked && !before.erasedAt) {
      await tx.update(people).set({ eraseAskedBy: actor.id, eraseAskedAt: now, updatedAt: now }).where(eq(people.id, personId));
      const result: Answer = { id: personId, status: "asked", awaiting: "second_person", erased_rows: 0, kept_in: [] };
      return { ...own, before: { status: "disabled" }, after: { status: "asked" }, result };
    }
    const { said, aliases } = await eraseWords(tx, before, email, now);
    const erasedDigest = erasedAddressDigest(await digestKeyWithin(tx), email);
    const gone = { erasedAt: before.erasedAt ?? now, erasedDigest, bindsEverywhere: true, sessionsValidFrom: now, updatedAt: now };
    await tx.update(people).set(gone).where(eq(people.id, personId));
    const result: Answer = { id: personId, awaiting: null, ...said };
    const was = { status: before.erasedAt ? "erased" : "asked" };
    return { ...own, before: was, after: { ...said, aliases, asked_by: before.eraseAskedBy }, result };
  },
});
