import { eq } from "drizzle-orm";
import { z } from "zod";
import { passkeys } from "@/db/schema/passkeys";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { addPasskeyDigest } from "../../access-digests";
import { hasFactor, requireOwnRecord } from "../../factor";
import { requireStepUp } from "../../require-step-up";
import { ALGORITHMS } from "../check-passkey";
import { ask, requireRelyingParty } from "../questions";

const NAME = "Reliability Center";

/**
 * Somebody is asked to make a passkey. Whoever has a factor already shows it first: a session alone adds no second way in. Call it
 * without an idempotency key: its answer is a challenge.
 */
export const beginPasskey = defineCommand({
  name: "passkey.begin",
  permission: "session:open",
  input: z.strictObject({}),

  async apply(tx, _input, { actor, now, newId }) {
    const party = requireRelyingParty();
    const person = await requireOwnRecord(tx, actor);
    const known = await tx.select().from(passkeys).where(eq(passkeys.personId, person.id)).orderBy(passkeys.id);
    if (known.length >= LIMITS.passkeysPerPerson) refuse("conflict", "You have as many passkeys as one person may have: remove one first");
    const digest = addPasskeyDigest(person.email);
    const isProven = await hasFactor(tx, person.id);
    if (isProven) await requireStepUp(tx, actor, digest, now);
    const question = { id: newId(), personId: person.id, purpose: "add" as const, digest, isProven };
    const { challenge, expiresAt } = await ask(tx, question, party, now);
    const user = { id: Buffer.from(person.id).toString("base64url"), name: person.email, displayName: person.email };
    return {
      subject: `person:${person.id}`,
      tenantId: null,
      before: null,
      after: { asked_for: "a new passkey", step_up: isProven },
      result: {
        challenge_id: question.id,
        expires_at: expiresAt.toISOString(),
        options: {
          challenge,
          rp: { id: party.id, name: NAME },
          user,
          pubKeyCredParams: ALGORITHMS.map((alg) => ({ alg, type: "public-key" as const })),
          timeout: LIMITS.passkeyChallengeSeconds * 1_000,
          attestation: "none" as const,
          excludeCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, type: "public-key" as const, transports })),
          authenticatorSelection: {
            residentKey: "preferred" as const,
            requireResidentKey: false,
            userVerification: "required" as const,
          },
        },
      },
    };
  },
});
