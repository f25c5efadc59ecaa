import { hkdfSync, timingSafeEqual } from "node:crypto";

/**
 * A value that betrays nothing about the master key but whether another process holds the same one; it lies in the
 * key-check row.
 * @returns 64 hex digits
 */
export function masterKeyCheck(masterKey: Uint8Array): string {
  if (masterKey.length !== 32) throw new RangeError("the master key has 32 bytes");
  return Buffer.from(hkdfSync("sha256", masterKey, "", "reliability-center/master-key-check", 32)).toString("hex");
}

/** Whether this process holds the master key that the database was set up with. */
export function isSameMasterKey(masterKey: Uint8Array, storedCheck: string): boolean {
  const expected = Buffer.from(masterKeyCheck(masterKey), "utf8");
  const stored = Buffer.from(storedCheck, "utf8");
  return stored.length === expected.length && timingSafeEqual(stored, expected);
}
