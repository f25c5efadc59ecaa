import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { totpFactors } from "@/db/schema/approvals";
import { passkeys } from "@/db/schema/passkeys";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { addPasskeyDigest } from "../../access-digests";
import { hasFactor, requireOwnRecord } from "../../factor";
import { checkNewPasskey } from "../check-passkey";
import { newPasskeyField } from "../passkey-fields";
import { requireRelyingParty, takeQuestion } from "../questions";

const input = z.strictObject({
  challengeId: z.uuid().toLowerCase(),
  name: z.string().trim().min(1).max(LIMITS.nameCharacters),
  credential: newPasskeyField,
});

/** An authenticator app that was begun but never confirmed cannot be confirmed any more: from here on a factor counts, and shows for it. */
async function dropUnconfirmedCodes(tx: WriterTx, personId: string, now: Date): Promise<void> {
  await tx
    .update(totpFactors)
    .set({ lastStep: Number.MAX_SAFE_INTEGER, updatedAt: now })
    .where(and(eq(totpFactors.personId, personId), isNull(totpFactors.confirmedAt)));
}

/**
 * Somebody's new passkey answers the question that it was made for; from then on it counts. An answer that is none is `added: false`,
 * which commits, where a refusal would undo that the question was asked once.
 */
export const addPasskey = defineCommand({
  name: "passkey.add",
  permission: "session:open",
  input,

  async apply(tx, { challengeId, name, credential }, { actor, now, newId }) {
    const party = requireRelyingParty();
    const person = await requireOwnRecord(tx, actor);
    const wanted = { id: challengeId, personId: person.id, purpose: "add" as const, digest: addPasskeyDigest(person.email) };
    const question = await takeQuestion(tx, wanted, party, now);
    const isFirst = !(await hasFactor(tx, person.id));
    if (question && !question.isProven && !isFirst)
      refuse("conflict", "You have a second factor by now: begin again and show it", { code: "ERR_VOID" });
    const mine = await tx.$count(passkeys, eq(passkeys.personId, person.id));
    if (mine >= LIMITS.passkeysPerPerson) refuse("conflict", "You have as many passkeys as one person may have: remove one first");

    const made = question ? await checkNewPasskey(credential, question.challenge, party) : "unknown_question";
    const id = newId();
    const { transports } = credential.response;
    const row = typeof made === "string" ? null : { id, personId: person.id, ...made, transports: [...transports], name, createdAt: now };
    // Somebody else's passkey is taken; whose it is, nobody is told.
    const [added] = row ? await tx.insert(passkeys).values(row).onConflictDoNothing().returning({ id: passkeys.id }) : [];
    if (added) await dropUnconfirmedCodes(tx, person.id, now);
    const why = typeof made === "string" ? made : added ? null : "taken";
    return {
      subject: `person:${person.id}`,
      tenantId: null,
      before: { passkeys: mine },
      after: added ? { passkeys: mine + 1, passkey: id, name } : { passkeys: mine, refused: why },
      result: added ? { added: true as const, id, name } : { added: false as const },
    };
  },
});
