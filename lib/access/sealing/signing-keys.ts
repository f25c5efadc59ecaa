import { createPublicKey, hkdfSync } from "node:crypto";
import { and, asc, eq, isNull } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { signingKeys } from "@/db/schema/spine";
import type { SigningKey } from "@/lib/delivery/dsse";
import { openSigningKey, type StoredSigningKey } from "@/lib/delivery/signing-key";
import { environment } from "@/lib/platform/env";
import { type CellAddress, open, seal } from "./envelope";

/** What a key of Center's own signs; no key signs two of these. */
export type KeyPurpose = (typeof signingKeys.$inferSelect)["purpose"];

type Selecting = Pick<PostgresJsDatabase, "select">;

/** The master key encrypts nothing itself: signing keys are sealed by one derived from it. */
function sealingKey(): Buffer {
  return Buffer.from(hkdfSync("sha256", environment().masterKey, "", "reliability-center/signing-key-seal", 32));
}

function placeOf(keyid: string): CellAddress {
  return { tenantId: null, table: "signing_keys", column: "sealed_private", row: keyid, keyVersion: 1 };
}

/** The private half of a key as it may lie in signing_keys. */
export function sealSigningKey(key: StoredSigningKey): Buffer {
  return seal(sealingKey(), key.privateKey, placeOf(key.keyid));
}

/**
 * Every key that was ever made for a purpose, oldest first, ready to sign and to verify with.
 *
 * @throws SealBrokenError when this process holds another master key, or a row was put there by somebody who does not hold it
 */
export async function openSigningKeys(tx: Selecting, purpose: KeyPurpose) {
  const rows = await tx
    .select()
    .from(signingKeys)
    .where(eq(signingKeys.purpose, purpose))
    .orderBy(asc(signingKeys.createdAt), asc(signingKeys.keyid));
  return rows.map((row) => {
    const { keyid, privateKey } = openSigningKey({
      privateKey: open(sealingKey(), row.sealedPrivate, placeOf(row.keyid)).toString("utf8"),
    });
    // The sealed half alone is to be believed: the public column lies open to whoever can write to the database.
    const verifyingKey = createPublicKey(privateKey);
    const publicKey = verifyingKey.export({ type: "spki", format: "der" }).toString("base64");
    return { keyid, publicKey, privateKey, verifyingKey, isRetired: row.retiredAt !== null };
  });
}

/** Public halves of the keys that sign commands, oldest first: what agents pin. */
export function readCommandKeys(tx: Selecting): Promise<{ keyid: string; publicKey: string }[]> {
  return readPublicKeys(tx, "command");
}

/** Public halves of the keys for a purpose that are not retired, oldest first. */
export async function readPublicKeys(tx: Selecting, purpose: KeyPurpose): Promise<{ keyid: string; publicKey: string }[]> {
  return tx
    .select({ keyid: signingKeys.keyid, publicKey: signingKeys.publicKey })
    .from(signingKeys)
    .where(and(eq(signingKeys.purpose, purpose), isNull(signingKeys.retiredAt)))
    .orderBy(asc(signingKeys.createdAt), asc(signingKeys.keyid));
}

/**
 * The key by which Center signs commands: the oldest that is not retired, since every agent trusts that one.
 *
 * @returns null when none was made yet (ensureCommandKey in trust.ts makes it)
 * @throws SealBrokenError when this process holds another master key
 */
export async function loadCommandKey(tx: Selecting): Promise<SigningKey | null> {
  const [row] = await tx
    .select()
    .from(signingKeys)
    .where(and(eq(signingKeys.purpose, "command"), isNull(signingKeys.retiredAt)))
    .orderBy(asc(signingKeys.createdAt), asc(signingKeys.keyid))
    .limit(1);
  if (!row) return null;
  return openSigningKey({ privateKey: open(sealingKey(), row.sealedPrivate, placeOf(row.keyid)).toString("utf8") });
}
