import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { passkeys } from "@/db/schema/passkeys";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { requireOwnRecord } from "../../factor";
import { digestField } from "../passkey-fields";
import { ask, requireRelyingParty } from "../questions";

/**
 * Somebody's passkeys are asked whether their person agrees to exactly one digest. Call it without an idempotency key: its answer is
 * a challenge.
 */
export const askPasskey = defineCommand({
  name: "step-up.ask",
  permission: "session:open",
  input: z.strictObject({ digest: digestField }),

  async apply(tx, { digest }, { actor, now, newId }) {
    const party = requireRelyingParty();
    const person = await requireOwnRecord(tx, actor);
    const usable = await tx
      .select({ id: passkeys.credentialId, transports: passkeys.transports })
      .from(passkeys)
      .where(and(eq(passkeys.personId, person.id), isNull(passkeys.suspendedAt)))
      .orderBy(passkeys.id);
    if (usable.length === 0) refuse("conflict", "You have no passkey that counts: use another factor", { code: "ERR_NO_FACTOR" });
    const question = { id: newId(), personId: person.id, purpose: "prove" as const, digest, isProven: false };
    const { challenge, expiresAt } = await ask(tx, question, party, now);
    return {
      subject: `person:${person.id}`,
      tenantId: null,
      before: null,
      after: { asked_for: "a passkey", digest },
      result: {
        challenge_id: question.id,
        expires_at: expiresAt.toISOString(),
        options: {
          challenge,
          rpId: party.id,
          timeout: LIMITS.passkeyChallengeSeconds * 1_000,
          userVerification: "required" as const,
          allowCredentials: usable.map(({ id, transports }) => ({ id, type: "public-key" as const, transports })),
        },
      },
    };
  },
});
