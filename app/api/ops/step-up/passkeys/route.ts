import { addPasskey } from "@/lib/access/step-up/passkeys/commands/add-passkey";
import { beginPasskey } from "@/lib/access/step-up/passkeys/commands/begin-passkey";
import { Refusal } from "@/lib/kernel/refusal";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/step-up/passkeys {}: what the caller's authenticator is to make a passkey by; whoever has a factor shows it before. */
export const POST = opsWrite({ command: beginPasskey, status: 201, takesKey: false });

/** PUT /api/ops/step-up/passkeys { challenge_id, name, credential }: the passkey that was made (RegistrationResponseJSON). */
export const PUT = opsWrite({
  command: addPasskey,
  takesKey: false,
  answer: async (result) =>
    result.added ? result : new Refusal("forbidden", "This passkey was not accepted", { code: "ERR_PASSKEY_REFUSED" }),
});
