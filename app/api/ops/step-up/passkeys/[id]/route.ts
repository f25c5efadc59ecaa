import { removePasskey } from "@/lib/access/step-up/passkeys/commands/remove-passkey";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** DELETE /api/ops/step-up/passkeys/:id: one of the caller's own passkeys counts no more; a factor is shown for it. */
export const DELETE = opsWrite({ command: removePasskey, params: { id: "passkeyId" } });
