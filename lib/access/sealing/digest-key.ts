import { hkdfSync } from "node:crypto";
import { eq } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { installation } from "@/db/schema/spine";
import type { WriterTx } from "@/db/writer";
import { environment } from "@/lib/platform/env";
import { makeDataKey, openDataKey, SealBrokenError, sealDataKey } from "./envelope";
import { keyInForce, openByAny } from "./master-key-ring";

/** Where the key lies: sealed twice, `<by the master key>.<by NEXTAUTH_SECRET>`, each in base64. */
const ROW = "digest_key";

type Selecting = Pick<PostgresJsDatabase, "select">;

const secretKey = () => Buffer.from(hkdfSync("sha256", environment().nextauthSecret, "", "reliability-center/digest-key-seal", 32));
const sealedBy = (masterKey: Buffer, key: Buffer) =>
  [masterKey, secretKey()].map((by) => sealDataKey(by, key, null, 1).toString("base64")).join(".");

function openOrNull(open: () => Buffer): Buffer | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof SealBrokenError) return null;
    throw error;
  }
}

/** What was opened last, by its sealed text: what a transaction made and took back is in no row, and is not taken from here either. */
let opened: { readonly value: string; readonly key: Buffer; readonly isByMaster: boolean } | null = null;

function openValue(value: string) {
  if (opened?.value === value) return opened;
  const [byMaster = "", bySecret = ""] = value.split(".");
  const openWith = (key: Buffer, sealed: string) => openDataKey(key, Buffer.from(sealed, "base64"), null, 1);
  const ofMaster = openOrNull(() => openByAny((masterKey) => openWith(masterKey, byMaster)));
  const key = ofMaster ?? openOrNull(() => openWith(secretKey(), bySecret));
  if (key === null) return null;
  opened = { value, key, isByMaster: ofMaster !== null };
  return opened;
}

async function readValue(tx: Selecting): Promise<string | null> {
  const [row] = await tx.select({ value: installation.value }).from(installation).where(eq(installation.key, ROW));
  return row?.value ?? null;
}

/**
 * The key under which words are digested that have to be told again without being kept: the log's identities, the addresses of erased people.
 * It opens by the master key, or by the NEXTAUTH_SECRET of when it was sealed, so that either may be lost; with both, what was digested is told no more.
 *
 * @returns null while there is none, or where neither opens it
 */
export async function openDigestKey(tx: Selecting): Promise<Buffer | null> {
  const value = await readValue(tx);
  return value === null ? null : (openValue(value)?.key ?? null);
}

async function put(tx: WriterTx, key: Buffer, masterKey: Buffer): Promise<void> {
  const row = { key: ROW, value: sealedBy(masterKey, key), updatedAt: new Date() };
  await tx
    .insert(installation)
    .values(row)
    .onConflictDoUpdate({ target: installation.key, set: { value: row.value, updatedAt: row.updatedAt } });
}

/** Seals it by another master key, and by the NEXTAUTH_SECRET of this process. */
export async function resealDigestKey(tx: WriterTx, masterKey: Buffer): Promise<void> {
  const key = await openDigestKey(tx);
  if (key !== null) await put(tx, key, masterKey);
}

/** The same key for whoever digests something new: made at its first use, and sealed anew once the master key was lost. */
export async function digestKeyWithin(tx: WriterTx): Promise<Buffer> {
  const value = await readValue(tx);
  const known = value === null ? null : openValue(value);
  if (known?.isByMaster) return known.key;
  const masterKey = await keyInForce(tx);
  if (value === null) {
    const row = { key: ROW, value: sealedBy(masterKey, makeDataKey()), updatedAt: new Date() };
    await tx.insert(installation).values(row).onConflictDoNothing();
    return (await openDigestKey(tx)) ?? digestKeyLost();
  }
  const key = known?.key ?? makeDataKey();
  await put(tx, key, masterKey);
  return key;
}

function digestKeyLost(): never {
  throw new Error("The key of digests does not open: MASTER_KEY and NEXTAUTH_SECRET are both others than those of this installation");
}
