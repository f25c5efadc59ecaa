import { createHmac } from "node:crypto";
import { eq, inArray, isNull } from "drizzle-orm";
import { people } from "@/db/schema/people";
import { auditIdentities } from "@/db/schema/spine";
import type { WriterTx } from "@/db/writer";
import { digestKeyWithin, openDigestKey } from "@/lib/access/sealing/digest-key";
import { makeDataKey, seal, sealDataKey } from "@/lib/access/sealing/envelope";
import { keyInForce } from "@/lib/access/sealing/master-key-ring";
import { newId } from "@/lib/platform/random";
import { type IdentityWord, withAliases, wordsIn } from "./identity-words";

/** Where the words of an alias lie. */
export const placeOf = (alias: string) => ({ tenantId: null, table: "audit_identities", column: "sealed", row: alias, keyVersion: 1 });

/** Tells the same words again without saying which they are. @param key  the installation's key of digests */
export function lookupOf(key: Buffer, { kind, address, text }: IdentityWord): string {
  const words = kind === "address" ? [kind, text.toLowerCase()] : [kind, address.toLowerCase(), text];
  return createHmac("sha256", key)
    .update(`audit identity ${JSON.stringify(words)}`)
    .digest("base64url");
}

async function known(tx: WriterTx, lookups: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx
    .select({ alias: auditIdentities.alias, lookup: auditIdentities.lookup })
    .from(auditIdentities)
    .where(inArray(auditIdentities.lookup, [...lookups]));
  return new Map(rows.map(({ alias, lookup }) => [lookup ?? "", alias]));
}

function sealedRow(masterKey: Buffer, alias: string, text: string) {
  const key = makeDataKey();
  return { sealedKey: sealDataKey(masterKey, key, null, 1), sealed: seal(key, text, placeOf(alias)) };
}

/** The alias of a word that has none yet; whoever gives it one at the same moment is waited for, and theirs counts. */
async function giveAlias(tx: WriterTx, word: IdentityWord, lookup: string, owner: string | null, now: Date): Promise<string> {
  const alias = newId(now);
  const row = {
    alias,
    kind: word.kind,
    owner: owner ?? alias,
    lookup,
    createdAt: now,
    ...sealedRow(await keyInForce(tx), alias, word.text),
  };
  const [made] = await tx.insert(auditIdentities).values(row).onConflictDoNothing().returning({ alias: auditIdentities.alias });
  return made?.alias ?? (await known(tx, [lookup])).get(lookup) ?? alias;
}

/**
 * The master key that sealed the identities is lost: those of people whom Center has a record of are sealed anew under their old aliases, so that the
 * log goes on saying who they are. Nobody else is known by name any more.
 *
 * @returns how many stay closed
 */
export async function sealKnownAnew(tx: WriterTx, masterKey: Buffer): Promise<number> {
  const records = await tx.select({ email: people.email, name: people.name }).from(people);
  const key = await openDigestKey(tx);
  const words = new Map(key === null ? [] : [...wordsIn(records).values()].map((word) => [lookupOf(key, word), word.text]));
  const rows = await tx.select().from(auditIdentities).where(isNull(auditIdentities.erasedAt)).for("update");
  let closed = 0;
  for (const { alias, lookup } of rows) {
    const text = words.get(lookup ?? "");
    if (text === undefined) closed += 1;
    else
      await tx
        .update(auditIdentities)
        .set(sealedRow(masterKey, alias, text))
        .where(eq(auditIdentities.alias, alias));
  }
  return closed;
}

/**
 * The same words with an alias in place of each address and name of a person, in the gateway's transaction. Whoever reads the log puts them back
 * (open-identities.ts), for as long as they are there.
 */
export async function sealIdentities<Value>(tx: WriterTx, value: Value, now: Date): Promise<Value> {
  const words = wordsIn(value);
  for (const { address } of [...words.values()]) words.set(`address ${address}`, { kind: "address", address, text: address });
  if (words.size === 0) return value;
  const digestKey = await digestKeyWithin(tx);
  const found = await known(
    tx,
    [...words.values()].map((word) => lookupOf(digestKey, word)),
  );
  const aliasOf = new Map<string, string>();
  const inOrder = [...words].toSorted(([a], [b]) => (a < b ? -1 : 1)); // addresses before names; and two transactions give theirs in one order
  for (const [key, word] of inOrder) {
    const owner = word.kind === "name" ? (aliasOf.get(`address ${word.address}`) ?? null) : null;
    const lookup = lookupOf(digestKey, word);
    aliasOf.set(key, found.get(lookup) ?? (await giveAlias(tx, word, lookup, owner, now)));
  }
  return withAliases(value, aliasOf) as Value;
}
