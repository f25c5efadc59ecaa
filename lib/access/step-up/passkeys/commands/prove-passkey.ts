import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { stepUps } from "@/db/schema/approvals";
import { passkeys } from "@/db/schema/passkeys";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { requireOwnRecord } from "../../factor";
import { checkShownPasskey } from "../check-passkey";
import type { Flaw } from "../flaw-of";
import { digestField, shownPasskeyField } from "../passkey-fields";
import { requireRelyingParty, takeQuestion } from "../questions";

type PasskeyRow = typeof passkeys.$inferSelect;

/** Whoever's passkey it is: only this person's own is found. */
async function lockPasskey(tx: WriterTx, personId: string, credentialId: string): Promise<PasskeyRow | null> {
  const isOwn = and(eq(passkeys.credentialId, credentialId), eq(passkeys.personId, personId));
  const [row] = await tx.select().from(passkeys).where(isOwn).for("update");
  return row ?? null;
}

/** Writes down what an answer says about its passkey: how far it has counted, or that it may have been copied. */
async function remember(tx: WriterTx, passkey: PasskeyRow, checked: { readonly counter: number } | Flaw, now: Date): Promise<void> {
  if (typeof checked !== "string") {
    await tx.update(passkeys).set({ counter: checked.counter, lastUsedAt: now }).where(eq(passkeys.id, passkey.id));
  } else if (checked === "counter") {
    await tx.update(passkeys).set({ suspendedAt: now }).where(eq(passkeys.id, passkey.id));
  }
}

/**
 * Somebody's passkey answers for exactly one digest. The question counts once, whatever the answer is worth; one that is none is
 * `proven: false`, which commits. A passkey whose count went back may have been copied: it is refused, and counts no more.
 */
export const provePasskey = defineCommand({
  name: "step-up.prove-passkey",
  permission: "session:open",
  input: z.strictObject({ challengeId: z.uuid().toLowerCase(), digest: digestField, credential: shownPasskeyField }),

  async apply(tx, { challengeId, digest, credential }, { actor, now, newId }) {
    const party = requireRelyingParty();
    const person = await requireOwnRecord(tx, actor);
    const question = await takeQuestion(tx, { id: challengeId, personId: person.id, purpose: "prove", digest }, party, now);
    const passkey = await lockPasskey(tx, person.id, credential.id);
    const checked = !question
      ? "unknown_question"
      : !passkey
        ? "unknown_passkey"
        : passkey.suspendedAt
          ? "suspended"
          : await checkShownPasskey(credential, passkey, question.challenge, party);
    if (passkey) await remember(tx, passkey, checked, now);
    const isProven = typeof checked !== "string";
    if (isProven) await tx.insert(stepUps).values({ id: newId(), personId: person.id, digest, method: "passkey", provenAt: now });
    const until = new Date(now.getTime() + LIMITS.stepUpSeconds * 1_000);
    return {
      subject: `person:${person.id}`,
      tenantId: null,
      before: { passkey: passkey?.id ?? null, counter: passkey?.counter ?? null },
      after: { proven: isProven, digest, ...(isProven ? { counter: checked.counter } : { refused: checked }) },
      result: isProven ? { proven: true as const, digest, expires_at: until.toISOString() } : { proven: false as const },
    };
  },
});
