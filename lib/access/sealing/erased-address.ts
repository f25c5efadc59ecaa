import { createHmac } from "node:crypto";
import { and, eq, isNotNull } from "drizzle-orm";
import { people } from "@/db/schema/people";
import type { ReaderTx } from "@/lib/platform/scope";
import { openDigestKey } from "./digest-key";

/** What an erased record keeps of its address: enough to tell it when somebody brings it, not to say it. @param key  of digests */
export function erasedAddressDigest(key: Buffer, email: string): string {
  return createHmac("sha256", key)
    .update(`erased person ${JSON.stringify(email.toLowerCase())}`)
    .digest("base64url");
}

/** The record whose address this was until it was erased; null when nobody of this address was. */
export async function findErased(tx: Pick<ReaderTx, "select">, email: string): Promise<typeof people.$inferSelect | null> {
  const key = await openDigestKey(tx);
  if (key === null) return null;
  const hadIt = and(eq(people.erasedDigest, erasedAddressDigest(key, email)), isNotNull(people.erasedAt));
  const [row] = await tx.select().from(people).where(hadIt).limit(1);
  return row ?? null;
}
