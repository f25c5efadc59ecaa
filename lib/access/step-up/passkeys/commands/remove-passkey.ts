import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { passkeys } from "@/db/schema/passkeys";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { removePasskeyDigest } from "../../access-digests";
import { requireOwnRecord } from "../../factor";
import { requireStepUp } from "../../require-step-up";

/** Somebody gives up one of their passkeys, by a factor that counts: this one, or another. */
export const removePasskey = defineCommand({
  name: "passkey.remove",
  permission: "session:open",
  input: z.strictObject({ passkeyId: z.uuid().toLowerCase() }),

  async apply(tx, { passkeyId }, { actor, now }) {
    const person = await requireOwnRecord(tx, actor);
    const isOwn = and(eq(passkeys.id, passkeyId), eq(passkeys.personId, person.id));
    const [passkey] = await tx.select().from(passkeys).where(isOwn).for("update");
    if (!passkey) refuse("not-found", "No such object");
    const stepUp = await requireStepUp(tx, actor, removePasskeyDigest(passkeyId), now);
    await tx.delete(passkeys).where(isOwn);
    return {
      subject: `person:${person.id}`,
      tenantId: null,
      before: { passkey: passkeyId, name: passkey.name },
      after: { passkey: null, step_up: stepUp },
      result: { id: passkeyId, removed: true },
    };
  },
});
