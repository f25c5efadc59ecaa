import { askPasskey } from "@/lib/access/step-up/passkeys/commands/ask-passkey";
import { provePasskey } from "@/lib/access/step-up/passkeys/commands/prove-passkey";
import { Refusal } from "@/lib/kernel/refusal";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/step-up/passkeys/challenge { digest }: what the caller's passkey is asked, for exactly this digest. */
export const POST = opsWrite({ command: askPasskey, status: 201, takesKey: false });

/** PUT /api/ops/step-up/passkeys/challenge { challenge_id, digest, credential }: its answer (AuthenticationResponseJSON); it counts once. */
export const PUT = opsWrite({
  command: provePasskey,
  takesKey: false,
  answer: async (result) =>
    result.proven ? result : new Refusal("forbidden", "The passkey's answer was not accepted", { code: "ERR_PASSKEY_REFUSED" }),
});
