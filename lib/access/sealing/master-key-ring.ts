import { readFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { installation } from "@/db/schema/spine";
import { environment, readMasterKey } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { SealBrokenError } from "./envelope";
import { isSameMasterKey } from "./master-key-check";

/** Files below DATA_DIR/secrets: the master key, and while one takes its place, the next one. */
const KEY_FILES = { current: "master-key", next: "master-key-next" } as const;

export function masterKeyFile(dataDir: string, name: keyof typeof KEY_FILES): string {
  return path.join(dataDir, "secrets", KEY_FILES[name]);
}

/** The key in such a file; null where there is none. */
export function readKeyFile(dataDir: string, name: keyof typeof KEY_FILES): Buffer | null {
  try {
    const text = readFileSync(masterKeyFile(dataDir, name), "utf8").trim();
    return text === "" ? null : readMasterKey(text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

let ring: { readonly keys: readonly Buffer[]; readonly readMs: number } | null = null;

/** Reads the files again at the next use: whoever changed them knows. */
export function forgetKeyRing(): void {
  ring = null;
}

/**
 * Every master key that this process may be asked to use: MASTER_KEY, MASTER_KEY_NEXT, and those of DATA_DIR, which are looked at again
 * every other second. What is sealed opens by whichever fits; what is to be sealed takes the one that the database names (keyInForce).
 */
export function masterKeys(): readonly Buffer[] {
  const nowMs = performance.now();
  if (ring && nowMs - ring.readMs < LIMITS.masterKeyRingMs) return ring.keys;
  const { masterKey, masterKeyNext, dataDir } = environment();
  const found = [masterKey, masterKeyNext, readKeyFile(dataDir, "current"), readKeyFile(dataDir, "next")];
  const keys = found.filter((key, at): key is Buffer => key !== null && found.findIndex((other) => other?.equals(key)) === at);
  ring = { keys, readMs: nowMs };
  return keys;
}

/** The key of the ring that a check value belongs to. */
export function keyOfCheck(check: string): Buffer | null {
  return masterKeys().find((key) => isSameMasterKey(key, check)) ?? null;
}

/**
 * Opens something with whichever master key it was sealed by.
 * @throws SealBrokenError when none of them fits
 */
export function openByAny<Value>(open: (masterKey: Buffer) => Value): Value {
  for (const key of masterKeys()) {
    try {
      return open(key);
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
    }
  }
  throw new SealBrokenError();
}

/**
 * The master key that is in force. It stays in force until the caller's transaction ends: whoever puts another in its place waits, and then
 * finds what was sealed by this one.
 *
 * @throws Error when this process does not hold it
 */
export async function keyInForce(tx: Pick<PostgresJsDatabase, "select">): Promise<Buffer> {
  const [row] = await tx.select().from(installation).where(eq(installation.key, "master_key_check")).for("share");
  if (!row) return environment().masterKey;
  const key = keyOfCheck(row.value);
  if (!key) throw new Error("MASTER_KEY is not the one in force here: start this process with the new one");
  return key;
}
