import { and, eq, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { approverKeys } from "@/db/schema/approver-keys";
import { people } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { lockPerson } from "@/lib/access/people/lock-person";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { requireVouchedFor } from "@/lib/access/people/require-vouched-for";
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

/** Documents that agents pin carry the address of whoever holds a key in them: the key goes first. */
async function requireNoKey(tx: WriterTx, personId: string): Promise<void> {
  const [key] = await tx
    .select({ keyid: approverKeys.keyid })
    .from(approverKeys)
    .where(and(eq(approverKeys.personId, personId), ne(approverKeys.status, "revoked")))
    .limit(1);
  if (key) refuse("conflict", "This person still has an approver's key: revoke it first");
}

/**
 * Everything personal about somebody who is disabled is erased, by two security administrators: the first call asks, the second, by another person
 * within hours, agrees and does it. Their address and name go from the record and every row, the aliases of the audit log are emptied, and what
 * they signed in with is gone; what they did stays, done by somebody of whom nothing else is known.
 */
export const erasePerson = defineCommand({
  name: "person.erase",
  permission: "switch:looser",
  input,

  async apply(tx, { personId, email, reason }, { actor, now }) {
    requireAllTenants(actor, "People");
    if (actor.kind !== "person") refuse("forbidden", "Two people erase a person", { code: "ERR_SECOND_PERSON" });
    const before = await lockPerson(tx, personId, actor);
    if (before.erasedAt) refuse("conflict", "This person is erased already");
    if (mayBeSamePerson(actor.id, before.email)) refuse("forbidden", "Nobody erases themselves");
    if (!before.isDisabled) refuse("conflict", "Disable this person first");
    if (before.email !== email.trim().toLowerCase()) refuse("conflict", "That is not this person's address");
    requireVouchedFor(actor);
    await requireNoKey(tx, personId);
    const isAsked = before.eraseAskedAt !== null && now.getTime() - before.eraseAskedAt.getTime() < LIMITS.looseningLifeSeconds * 1_000;
    if (isAsked && mayBeSamePerson(before.eraseAskedBy ?? "", actor.id)) {
      refuse("conflict", "You asked for this yourself: a second person has to agree", { code: "ERR_SECOND_PERSON" });
    }
    await requireStepUp(tx, actor, erasureDigest(personId, before.email), now);
    const own = { subject: `person:${personId}`, tenantId: null, reason };
    if (!isAsked) {
      await tx.update(people).set({ eraseAskedBy: actor.id, eraseAskedAt: now, updatedAt: now }).where(eq(people.id, personId));
      const result: Answer = { id: personId, status: "asked", awaiting: "second_person", erased_rows: 0, kept_in: [] };
      return { ...own, before: { status: "disabled" }, after: { status: "asked" }, result };
    }
    const aliases = await eraseIdentities(tx, before.email, now);
    const instead = `erased-${personId}@erased.invalid`;
    const [rows] = await tx.execute<{ changed: number; kept_in: string[] }>(
      sql`select changed, kept_in from erase_person_rows(${personId}::uuid, ${before.email}, ${instead})`,
    );
    await tx.update(people).set({ erasedAt: now, sessionsValidFrom: now, updatedAt: now }).where(eq(people.id, personId));
    const done = { status: "erased" as const, erased_rows: rows?.changed ?? 0, kept_in: rows?.kept_in ?? [] };
    const result: Answer = { id: personId, awaiting: null, ...done };
    return { ...own, before: { status: "asked" }, after: { ...done, aliases, asked_by: before.eraseAskedBy }, result };
  },
});
