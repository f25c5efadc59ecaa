import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

const ITERATIONS = 4_096;

/**
 * What PostgreSQL keeps of a password. Handed over in its stead, the password itself appears in no statement, log or error.
 *
 * @param password  ASCII, so that it needs no preparation
 * @param salt      16 random bytes
 * Source: RFC 5802 §3; PostgreSQL, pg_authid.rolpassword.
 */
export function scramVerifier(password: string, salt: Uint8Array): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const keyOf = (name: string) => createHmac("sha256", salted).update(name).digest();
  const storedKey = createHash("sha256").update(keyOf("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${Buffer.from(salt).toString("base64")}$${storedKey}:${keyOf("Server Key").toString("base64")}`;
}
