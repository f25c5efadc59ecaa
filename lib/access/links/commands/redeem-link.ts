import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { accessLinks, people } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { putPassword } from "@/lib/access/credentials/put-password";
import { passwordField, personFields } from "@/lib/access/people/person-fields";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";
import { FIRST_ADMIN_ROLES } from "../first-admin-roles";
import { tokenDigest } from "../link-token";
import { voidLinks } from "../put-link";

type LinkRow = typeof accessLinks.$inferSelect;

/** A link that still works, locked. Used, void, expired and unknown ones are answered alike. @throws Refusal not-found */
async function lockLink(tx: WriterTx, token: string, now: Date): Promise<LinkRow> {
  const [link] = await tx
    .select()
    .from(accessLinks)
    .where(eq(accessLinks.digest, tokenDigest(token)))
    .for("update");
  if (!link || link.settledAt || link.expiresAt <= now) refuse("not-found", "This link does not work any more");
  return link;
}

/** The first administrator: once, while nobody at all is there. @throws Refusal not-found once somebody is */
async function makeFirst(
  tx: WriterTx,
  email: string | undefined,
  name: string | undefined,
  { now, newId }: CommandContext,
): Promise<string> {
  if (email === undefined) refuse("invalid", "An e-mail address is needed", { errors: [{ path: "email", message: "is needed" }] });
  // Two links, were there two, must not make two of them.
  await tx.execute(sql`lock table people in share row exclusive mode`);
  const [somebody] = await tx.select({ id: people.id }).from(people).limit(1);
  if (somebody) refuse("not-found", "This link does not work any more");
  const id = newId();
  const rights = { roles: [...FIRST_ADMIN_ROLES], tenants: ["*"], bindsEverywhere: true };
  const times = { sessionsValidFrom: now, createdAt: now, updatedAt: now };
  await tx.insert(people).values({ id, email, name: name ?? "First administrator", ...rights, ...times });
  return id;
}

/** Whom a link is for, as long as it still may be used. @throws Refusal not-found for a disabled person */
async function lockOwner(tx: WriterTx, personId: string): Promise<string> {
  const [person] = await tx.select().from(people).where(eq(people.id, personId)).for("update");
  if (!person || person.isDisabled) refuse("not-found", "This link does not work any more");
  return person.id;
}

/**
 * Whoever holds a one-time link chooses the password that it is for, once. The first administrator's also says who they are, and makes
 * them. Run by `system:sign-in`, without an idempotency key.
 */
export const redeemLink = defineCommand({
  name: "link.redeem",
  permission: "system",
  input: z.strictObject({
    token: z.string().min(1).max(128),
    password: passwordField,
    email: personFields.email.optional(),
    name: personFields.name.optional(),
  }),

  async apply(tx, { token, password, email, name }, context) {
    const { now } = context;
    const link = await lockLink(tx, token, now);
    if (link.personId && (email !== undefined || name !== undefined)) {
      refuse("invalid", "This link knows who it is for", { errors: [{ path: "email", message: "cannot be chosen" }] });
    }
    const personId = link.personId ? await lockOwner(tx, link.personId) : await makeFirst(tx, email, name, context);
    await tx.update(accessLinks).set({ settledAt: now, outcome: "used" }).where(eq(accessLinks.id, link.id));
    await voidLinks(tx, personId, now);
    await putPassword(tx, personId, password, now);
    const [person] = await tx.select({ email: people.email }).from(people).where(eq(people.id, personId));
    return {
      subject: `person:${personId}`,
      tenantId: null,
      before: { link: link.id, kind: link.kind, made_by: link.madeBy },
      after: { link: link.id, outcome: "used", email: person?.email },
      result: { email: person?.email ?? "", kind: link.kind },
    };
  },
});
