import { and, asc, eq, inArray, lte } from "drizzle-orm";
import { passkeyChallenges } from "@/db/schema/passkeys";
import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { newToken } from "@/lib/platform/random";
import { challengeOf, type Question } from "./challenge-of";
import { type NoPasskeys, type RelyingParty, relyingParty } from "./relying-party";

const SAY: Readonly<Record<NoPasskeys, string>> = {
  address: "browsers use passkeys at a domain or at localhost, and PUBLIC_URL is an IP address",
  insecure: "browsers use passkeys over https or at localhost, and PUBLIC_URL is neither",
};

/** @throws Refusal conflict with ERR_NO_PASSKEYS where PUBLIC_URL lets browsers use none */
export function requireRelyingParty(): RelyingParty {
  const party = relyingParty(environment().publicUrl);
  if (typeof party === "string") refuse("conflict", `There are no passkeys here: ${SAY[party]}`, { code: "ERR_NO_PASSKEYS" });
  return party;
}

interface Asked {
  readonly id: string;
  readonly personId: string;
  readonly purpose: Question["purpose"];
  readonly digest: string;
  readonly isProven: boolean;
}

/** Asks somebody's passkeys a new question. What grew old goes, and the oldest of too many. @returns challenge and when it ends */
export async function ask(tx: WriterTx, asked: Asked, party: RelyingParty, now: Date) {
  const { personId, purpose, digest } = asked;
  await tx.delete(passkeyChallenges).where(and(eq(passkeyChallenges.personId, personId), lte(passkeyChallenges.expiresAt, now)));
  const open = await tx
    .select({ id: passkeyChallenges.id })
    .from(passkeyChallenges)
    .where(eq(passkeyChallenges.personId, personId))
    .orderBy(asc(passkeyChallenges.createdAt), asc(passkeyChallenges.id));
  const spare = open.slice(0, Math.max(0, open.length + 1 - LIMITS.passkeyChallengesOpen)).map(({ id }) => id);
  if (spare.length > 0) await tx.delete(passkeyChallenges).where(inArray(passkeyChallenges.id, spare));
  const nonce = Buffer.from(newToken(), "base64url");
  const expiresAt = new Date(now.getTime() + LIMITS.passkeyChallengeSeconds * 1_000);
  await tx.insert(passkeyChallenges).values({ ...asked, nonce, createdAt: now, expiresAt });
  return { challenge: challengeOf({ nonce, personId, purpose, digest, origin: party.origin }), expiresAt };
}

/**
 * Takes a question back for its answer, whatever that answer is worth: nobody is asked it twice.
 *
 * @param digest  of what is authorised now: the challenge is derived from this one, not from the stored
 * @returns the challenge that has to have been signed; null for what is not this person's, was answered, grew old, or had another purpose
 */
export async function takeQuestion(
  tx: WriterTx,
  wanted: { readonly id: string; readonly personId: string; readonly purpose: Question["purpose"]; readonly digest: string },
  party: RelyingParty,
  now: Date,
): Promise<{ readonly challenge: string; readonly isProven: boolean } | null> {
  const { id, personId, purpose, digest } = wanted;
  const [row] = await tx
    .delete(passkeyChallenges)
    .where(and(eq(passkeyChallenges.id, id), eq(passkeyChallenges.personId, personId)))
    .returning();
  if (!row || row.expiresAt <= now || row.purpose !== purpose) return null;
  return { challenge: challengeOf({ nonce: row.nonce, personId, purpose, digest, origin: party.origin }), isProven: row.isProven };
}
