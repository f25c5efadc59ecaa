import { beginFactor } from "@/lib/access/step-up/commands/begin-factor";
import { confirmFactor } from "@/lib/access/step-up/commands/confirm-factor";
import { Refusal } from "@/lib/kernel/refusal";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/step-up/factor {}: a secret for the caller's authenticator app, shown this once. */
export const POST = opsWrite({ command: beginFactor, status: 201, takesKey: false });

/** PUT /api/ops/step-up/factor { codes: [first, second] }: two consecutive codes confirm it. */
export const PUT = opsWrite({
  command: confirmFactor,
  takesKey: false,
  answer: async (result) =>
    result.confirmed ? result : new Refusal("forbidden", "These are not two consecutive codes of this moment", { code: "ERR_CODE_WRONG" }),
});
