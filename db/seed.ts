import { eq } from "drizzle-orm";
import { people } from "@/db/schema/people";
import { createPerson } from "@/lib/access/commands/create-person";
import { setPassword } from "@/lib/access/commands/set-password";
import { FIRST_ADMIN_ROLES } from "@/lib/access/links/first-admin-roles";
import { requireSameMasterKey } from "@/lib/access/sealing/master-key-row";
import { systemActor } from "@/lib/access/system-actor";
import { ensureCommandKey } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";

/** Somebody's e-mail and first password, where the seed just made them. */
export interface FirstAdmin {
  readonly email: string;
  readonly password: string;
}

/**
 * What every installation needs once: the master key's check, Center's command key, and the first person, if nobody is there yet.
 *
 * @returns the person that was made now, or null
 */
export async function seedInstallation(admin: FirstAdmin, now: Date): Promise<FirstAdmin | null> {
  await requireSameMasterKey(now);
  await ensureCommandKey(now);
  const known = await read({ kind: "set", ids: [] }, (tx) => tx.select({ id: people.id }).from(people).limit(1));
  if (known.length > 0) return null;
  const actor = systemActor("seed", "operate");
  const input = { email: admin.email, name: "First administrator", roles: [...FIRST_ADMIN_ROLES], tenants: ["*"] };
  const person = await runCommand(createPerson, { input, actor, now });
  const [row] = await read({ kind: "set", ids: [] }, (tx) =>
    tx.select({ id: people.id }).from(people).where(eq(people.email, person.email)),
  );
  if (!row) throw new Error("the first administrator was not stored");
  await runCommand(setPassword, { input: { personId: row.id, password: admin.password }, actor, now });
  return admin;
}
