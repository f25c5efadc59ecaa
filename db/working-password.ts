import postgres from "postgres";
import { masterKeys } from "@/lib/access/sealing/master-key-ring";
import { rolePassword } from "@/lib/access/sealing/role-passwords";
import { environment } from "@/lib/platform/env";
import { type DatabaseRole, roleName, roleUrl } from "./roles";

/** Wrong password, or a role that may not log in. */
const REFUSED = ["28P01", "28000"];

/** Whether a role is let in with the password that belongs to a master key. */
async function isLetIn(url: string): Promise<boolean> {
  const client = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    await client`select 1`;
    return true;
  } catch (error) {
    if (REFUSED.includes((error as { code?: string }).code ?? "")) return false;
    throw error;
  } finally {
    await client.end({ timeout: 5 });
  }
}

/**
 * The master key whose password lets a role in at this moment. While one key takes the other's place a new connection asks first, because
 * nothing else tells when the passwords changed; at all other times there is one key and nothing to ask.
 */
async function keyThatWorks(role: DatabaseRole): Promise<Buffer> {
  const { databaseUrl, masterKey } = environment();
  const keys = masterKeys();
  if (keys.length > 1) {
    for (const key of keys) if (await isLetIn(roleUrl(databaseUrl, role, key))) return key;
  }
  return masterKey;
}

/** A role's password, asked for by each new connection. */
export async function workingPassword(role: DatabaseRole): Promise<string> {
  return rolePassword(await keyThatWorks(role), roleName(role));
}

/** A role's address, for what opens connections of its own. */
export async function workingUrl(role: DatabaseRole): Promise<string> {
  return roleUrl(environment().databaseUrl, role, await keyThatWorks(role));
}
