import { hkdfSync } from "node:crypto";

/**
 * The password of one of Center's own database roles, the same in every process that holds the master key, so that it
 * is stored nowhere.
 *
 * @param masterKey  32 bytes
 * @param role       name of the database role, `center_writer` ...
 * @returns 43 characters of base64url (256 bits): letters, digits, - and _
 */
export function rolePassword(masterKey: Uint8Array, role: string): string {
  if (masterKey.length !== 32) throw new RangeError("the master key has 32 bytes");
  return Buffer.from(hkdfSync("sha256", masterKey, "", `reliability-center/database-role/${role}`, 32)).toString("base64url");
}
