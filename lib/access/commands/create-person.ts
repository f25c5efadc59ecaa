import { eq } from "drizzle-orm";
import { z } from "zod";
import { people } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { RateLimits } from "@/lib/access/rates/rate-limits";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { linkEvent, putLink } from "../links/put-link";
import { personFields } from "../people/person-fields";
import { personItem } from "../people/person-item";
import { requireTenants } from "../people/require-tenants";
import { coversTenants, mayGrant } from "../people/rights/may-grant";
import { findErased } from "../sealing/erased-address";
import { grantDigest } from "../step-up/access-digests";
import { requireStepUp } from "../step-up/require-step-up";
import type { Actor } from "../types";

/** How often somebody may run into people they do not see: an address is one person's, so its being taken cannot be hidden, only kept rare. */
const hidden = new RateLimits({ burst: LIMITS.hiddenPeopleBurst, perMinute: LIMITS.hiddenPeoplePerMinute });

function refuseGrant(): never {
  return refuse("forbidden", "These roles or tenants are not yours to give: needs security_admin");
}

/** Says no to a second record of an address; whoever may not see the first is answered as for a role they may not give. */
async function refuseSecond(tx: WriterTx, email: string, actor: Actor, now: Date): Promise<never> {
  const [known] = await tx.select({ tenants: people.tenants }).from(people).where(eq(people.email, email));
  if (coversTenants(actor, known?.tenants ?? [])) return refuse("conflict", "There is a person of that e-mail address already");
  hidden.take(actor.id, now.getTime());
  return refuseGrant();
}

/** Whoever was erased was disabled: they come back by the platform's own security administrators alone. */
async function requireNotErased(tx: WriterTx, email: string, actor: Actor, now: Date): Promise<void> {
  if (actor.tenants.kind === "all" && (actor.kind === "system" || actor.roles.includes("security_admin"))) return;
  if ((await findErased(tx, email)) === null) return;
  hidden.take(actor.id, now.getTime());
  refuseGrant();
}

/**
 * Somebody gets a record: who they are, what they may do and where. Giving rights needs a second factor. With `invite` they also get a
 * one-time link by which they choose a password; its address is shown by whoever ran this (lib/access/links/link-token.ts).
 */
export const createPerson = defineCommand({
  name: "person.create",
  permission: "people:write",
  input: z.strictObject({
    ...personFields,
    roles: personFields.roles.default([]),
    tenants: personFields.tenants.default([]),
    invite: z.boolean().default(false),
    reason: z.string().trim().max(LIMITS.reasonCharacters).optional(),
  }),

  async apply(tx, { email, name, roles, tenants, invite, reason }, context) {
    const { actor, now, newId } = context;
    if (!mayGrant(actor, roles, tenants)) refuseGrant();
    const wait = hidden.wait(actor.id, now.getTime());
    if (wait > 0) refuse("too-many", "Too many addresses that are not yours to record", { retryAfterSeconds: wait });
    await requireTenants(tx, tenants);
    await requireNotErased(tx, email, actor, now);
    const times = { sessionsValidFrom: now, createdAt: now, updatedAt: now };
    const inserted = await tx
      .insert(people)
      .values({ id: newId(), email, name, roles, tenants: [...tenants], bindsEverywhere: actor.tenants.kind === "all", ...times })
      .onConflictDoNothing({ target: people.email })
      .returning();
    const row = inserted[0] ?? (await refuseSecond(tx, email, actor, now));
    if (actor.kind === "person" && roles.length > 0) await requireStepUp(tx, actor, grantDigest(email, roles, tenants), now);
    const link = invite ? await putLink(tx, { kind: "invite", personId: row.id }, context) : null;
    const item = personItem(row, now);
    const after = { ...item, invited_until: link?.expires_at };
    const events = link ? [linkEvent(link, email, actor)] : [];
    return {
      subject: `person:${row.id}`,
      tenantId: null,
      before: null,
      after,
      reason,
      events,
      result: { ...item, link: link && { ...link } },
    };
  },
});
