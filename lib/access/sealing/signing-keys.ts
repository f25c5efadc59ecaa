import { createPublicKey, hkdfSync } from "node:crypto";
import { and, asc, eq, isNull } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { signingKeys } from "@/db/schema/spine";
import type { WriterTx } from "@/db/writer";
import type { SigningKey } from "@/lib/delivery/dsse";
import { openSigningKey, readPublicKey, type StoredSigningKey } from "@/lib/delivery/signing-key";
import { type CellAddress, open, seal } from "./envelope";
import { keyInForce, openByAny } from "./master-key-ring";

/** What a key of Center's own signs; no key signs two of these. */
export type KeyPurpose = (typeof signingKeys.$inferSelect)["purpose"];

type Selecting = Pick<PostgresJsDatabase, "select">;

/** The master key encrypts nothing itself: signing keys are sealed by one derived from it. */
function sealingKey(masterKey: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", masterKey, "", "reliability-center/signing-key-seal", 32));
}

function placeOf(keyid: string): CellAddress {
  return { tenantId: null, table: "signing_keys", column: "sealed_private", row: keyid, keyVersion: 1 };
}

/** The private half of a key as it may lie in signing_keys. */
export async function sealSigningKey(tx: WriterTx, key: StoredSigningKey): Promise<Buffer> {
  return sealKeyText(await keyInForce(tx), key.keyid, key.privateKey);
}

/** What stands in the place of a private half that was lost with its master key: the public half, vouched for by whoever said so. */
export const LOST = "lost:";

/** Any text as the sealed half of a key, by a master key of the caller's choice. */
export function sealKeyText(masterKey: Buffer, keyid: string, text: string): Buffer {
  return seal(sealingKey(masterKey), text, placeOf(keyid));
}

/** The text behind a key's sealed half. @throws SealBrokenError when no master key of this process sealed it */
export function openKeyText(row: { readonly keyid: string; readonly sealedPrivate: Buffer }): string {
  return openByAny((masterKey) => open(sealingKey(masterKey), row.sealedPrivate, placeOf(row.keyid)).toString("utf8"));
}

/** A key that may only verify any more: its private half is lost. */
function openLostKey(text: string, isRetired: boolean) {
  const { keyid, publicKey: verifyingKey } = readPublicKey(text.slice(LOST.length));
  return { keyid, publicKey: text.slice(LOST.length), privateKey: null, verifyingKey, isRetired };
}

/**
 * Every key that was ever made for a purpose, oldest first, ready to verify with, and to sign with unless its private half was lost.
 *
 * @throws SealBrokenError when this process holds another master key, or a row was put there by somebody who does not hold it
 */
export async function openKnownKeys(tx: Selecting, purpose: KeyPurpose) {
  const rows = await tx
    .select()
    .from(signingKeys)
    .where(eq(signingKeys.purpose, purpose))
    .orderBy(asc(signingKeys.createdAt), asc(signingKeys.keyid));
  return rows.map((row) => {
    const text = openKeyText(row);
    if (text.startsWith(LOST)) return openLostKey(text, row.retiredAt !== null);
    const { keyid, privateKey } = openSigningKey({ privateKey: text });
    // The sealed half alone is to be believed: the public column lies open to whoever can write to the database.
    const verifyingKey = createPublicKey(privateKey);
    const publicKey = verifyingKey.export({ type: "spki", format: "der" }).toString("base64");
    return { keyid, publicKey, privateKey, verifyingKey, isRetired: row.retiredAt !== null };
  });
}

/** Those of them that can still sign. */
export async function openSigningKeys(tx: Selecting, purpose: KeyPurpose) {
  const keys = await openKnownKeys(tx, purpose);
  return keys.flatMap((key) => (key.privateKey === null ? [] : [key]));
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
  return openSigningKey({ privateKey: openKeyText(row) });
}
