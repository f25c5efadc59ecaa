import { and, desc, eq, inArray, isNull } from "drizzle-orm";
import { auditIdentities } from "@/db/schema/spine";
import type { WriterTx } from "@/db/writer";
import { digestKeyWithin, openDigestKey } from "@/lib/access/sealing/digest-key";
import { open, openDataKey, SealBrokenError } from "@/lib/access/sealing/envelope";
import { openByAny } from "@/lib/access/sealing/master-key-ring";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { aliasesIn, withWords } from "./identity-words";
import { lookupOf, placeOf } from "./seal-identities";

type IdentityRow = typeof auditIdentities.$inferSelect;

/** Who somebody is belongs to no tenant; which entries are seen is the caller's scope. */
const NOBODY: TenantScope = { kind: "set", ids: [] };

/** The words of one row; null once they are erased, or where the master key that sealed them is lost. */
function openIdentity({ alias, sealedKey, sealed, erasedAt }: IdentityRow): string | null {
  if (erasedAt !== null) return null;
  try {
    const key = openByAny((masterKey) => openDataKey(masterKey, sealedKey, null, 1));
    return open(key, sealed, placeOf(alias)).toString("utf8");
  } catch (error) {
    if (error instanceof SealBrokenError) return null;
    throw error;
  }
}

/** What the log says, with people's addresses and names where it holds aliases; within a transaction that is open already. */
export async function openIdentitiesWithin<Value>(tx: Pick<ReaderTx, "select">, value: Value): Promise<Value> {
  const aliases = aliasesIn(JSON.stringify(value) ?? "");
  if (aliases.length === 0) return value;
  const rows = await tx.select().from(auditIdentities).where(inArray(auditIdentities.alias, aliases));
  const words = new Map<string, string>();
  for (const row of rows) {
    const text = openIdentity(row);
    if (text !== null) words.set(row.alias, text);
  }
  return withWords(value, words) as Value;
}

/** The same for whoever has no transaction. */
export function openIdentities<Value>(value: Value): Promise<Value> {
  return read(NOBODY, (tx) => openIdentitiesWithin(tx, value));
}

/** The alias under which the log knows an address; null for one that it does not know. */
export async function aliasOf(address: string): Promise<string | null> {
  return read(NOBODY, async (tx) => {
    const key = await openDigestKey(tx);
    if (key === null) return null;
    const lookup = lookupOf(key, { kind: "address", address, text: address });
    const [row] = await tx.select({ alias: auditIdentities.alias }).from(auditIdentities).where(eq(auditIdentities.lookup, lookup));
    return row?.alias ?? null;
  });
}

/** Some people's aliases; cut where more people fit than are looked for. */
export interface FoundPeople {
  readonly aliases: readonly string[];
  readonly isCut: boolean;
}

/** Aliases of people whose address or name contains a text, whatever its case: newest first, and whether there are more than are looked for. */
export async function aliasesContaining(text: string): Promise<FoundPeople> {
  const rows = await read(NOBODY, (tx) =>
    tx
      .select()
      .from(auditIdentities)
      .where(isNull(auditIdentities.erasedAt))
      .orderBy(desc(auditIdentities.createdAt), desc(auditIdentities.alias))
      .limit(LIMITS.auditIdentitiesSearched),
  );
  const wanted = text.toLowerCase();
  const found: string[] = [];
  for (const row of rows) {
    if (!openIdentity(row)?.toLowerCase().includes(wanted)) continue;
    if (found.length === LIMITS.auditIdentitiesFound) return { aliases: found, isCut: true };
    found.push(row.alias);
  }
  return { aliases: found, isCut: rows.length === LIMITS.auditIdentitiesSearched };
}

/** Whose alias an address is, by its digest; where the key of digests was lost since, by opening every address. */
async function ownersOf(tx: WriterTx, address: string): Promise<string[]> {
  const lookup = lookupOf(await digestKeyWithin(tx), { kind: "address", address, text: address });
  const [known] = await tx.select({ alias: auditIdentities.alias }).from(auditIdentities).where(eq(auditIdentities.lookup, lookup));
  if (known) return [known.alias];
  const addresses = and(isNull(auditIdentities.erasedAt), eq(auditIdentities.kind, "address"));
  const rows = await tx.select().from(auditIdentities).where(addresses);
  return rows.filter((row) => openIdentity(row)?.toLowerCase() === address.toLowerCase()).map(({ alias }) => alias);
}

/** Empties every alias of a person, by their address: whatever the log says of it stays, and says nothing of anybody. @returns how many */
export async function eraseIdentities(tx: WriterTx, address: string, now: Date): Promise<number> {
  const owners = await ownersOf(tx, address);
  if (owners.length === 0) return 0;
  const emptied = { lookup: null, sealedKey: Buffer.alloc(0), sealed: Buffer.alloc(0), erasedAt: now };
  const theirs = and(inArray(auditIdentities.owner, owners), isNull(auditIdentities.erasedAt));
  return (await tx.update(auditIdentities).set(emptied).where(theirs).returning({ alias: auditIdentities.alias })).length;
}
