import { rolePassword } from "@/lib/access/sealing/role-passwords";

/** Center's own database roles; the owner is whoever DATABASE_URL names and only migrates. */
export const DATABASE_ROLES = ["writer", "ingest", "reader", "auditor", "breakglass"] as const;
export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/** Name of a role in the cluster. */
export function roleName(role: DatabaseRole): string {
  return `center_${role}`;
}

/**
 * Address under which one of Center's roles reaches the database.
 *
 * @param databaseUrl  the owner's URL; host, port, database and parameters are kept
 * @param masterKey    the installation's master key, from which every role's password is derived
 */
export function roleUrl(databaseUrl: string, role: DatabaseRole, masterKey: Buffer): string {
  const url = new URL(databaseUrl);
  url.username = roleName(role);
  url.password = rolePassword(masterKey, roleName(role));
  return url.href;
}
