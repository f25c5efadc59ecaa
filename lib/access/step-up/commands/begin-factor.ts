import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { replacementDigest } from "../access-digests";
import { hasFactor, lockFactor, putFactor, requireOwnRecord } from "../factor";
import { requireStepUp } from "../require-step-up";
import { totpUri } from "../totp";

/**
 * Somebody is given a secret for their authenticator app, shown this once; it counts once two consecutive codes confirmed it.
 * Whoever has a factor that counts, this or a passkey, shows it first. Call it without an idempotency key: its answer is a secret.
 */
export const beginFactor = defineCommand({
  name: "step-up.begin",
  permission: "session:open",
  input: z.strictObject({}),

  async apply(tx, _input, { actor, now }) {
    const person = await requireOwnRecord(tx, actor);
    const known = await lockFactor(tx, person.id);
    if (await hasFactor(tx, person.id)) await requireStepUp(tx, actor, replacementDigest(person.email), now);
    const secret = await putFactor(tx, person.id, now);
    return {
      subject: `person:${person.id}`,
      tenantId: null,
      before: { second_factor: known?.confirmedAt ? "totp" : null },
      after: { second_factor: null, waits_for: "two codes" },
      result: { secret, uri: totpUri(secret, person.email) },
    };
  },
});
