import { people } from "@/db/schema/people";
import { createPerson } from "@/lib/access/commands/create-person";
import { setPassword } from "@/lib/access/commands/set-password";
import { inviteFirstAdmin } from "@/lib/access/links/commands/invite-first-admin";
import { FIRST_ADMIN_ROLES } from "@/lib/access/links/first-admin-roles";
import { linkUrl } from "@/lib/access/links/link-token";
import { requireSameMasterKey } from "@/lib/access/sealing/master-key-row";
import { systemActor } from "@/lib/access/system-actor";
import { ensureCommandKey } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { environment } from "@/lib/platform/env";
import { read } from "@/lib/platform/scope";

/** Who the first administrator is to be, as far as somebody said so. */
export interface WantedAdmin {
  readonly email: string | null;
  readonly password: string | null;
}

/** How the first administrator gets in. */
export type Entrance =
  | { readonly email: string; readonly password: string }
  | { readonly url: string; readonly expiresAt: string }
  | { readonly sentTo: string; readonly expiresAt: string };

const actor = systemActor("seed", "operate");

async function makeFirst(email: string, password: string, now: Date): Promise<Entrance> {
  const input = { email, name: "First administrator", roles: [...FIRST_ADMIN_ROLES], tenants: ["*"] };
  const person = await runCommand(createPerson, { input, actor, now });
  await runCommand(setPassword, { input: { personId: person.id, password }, actor, now });
  return { email, password };
}

/**
 * What every installation needs once: the master key's check, Center's command key, and a way in for the first person, if nobody is
 * there yet: a person where a password is given, else a link that works once, by which whoever reads it says who they are. Where mail is
 * sent and the first administrator's address is known, the link goes there.
 *
 * @returns the way in that was made now, or null when there are people
 */
export async function seedInstallation({ email, password }: WantedAdmin, now: Date): Promise<Entrance | null> {
  await requireSameMasterKey(now);
  await ensureCommandKey(now);
  const known = await read({ kind: "set", ids: [] }, (tx) => tx.select({ id: people.id }).from(people).limit(1));
  if (known.length > 0) return null;
  if (password !== null) return makeFirst(email ?? "admin@localhost.localdomain", password, now);
  const link = await runCommand(inviteFirstAdmin, { input: { email }, actor, now });
  const expiresAt = link.expires_at;
  return email !== null && environment().mail !== null ? { sentTo: email, expiresAt } : { url: linkUrl(link.id), expiresAt };
}
