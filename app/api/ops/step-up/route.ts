import { proveCode } from "@/lib/access/step-up/commands/prove-code";
import { showFactor } from "@/lib/access/step-up/queries-factor";
import { Refusal } from "@/lib/kernel/refusal";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/step-up: whether the caller has a second factor. */
export const GET = opsRead({ permission: "session:open", work: "safety", read: ({ actor }) => showFactor(actor) });

/** POST /api/ops/step-up { code, digest }: a code for exactly this digest; it counts once, for five minutes. */
export const POST = opsWrite({
  command: proveCode,
  takesKey: false,
  answer: async (result) =>
    result.proven ? result : new Refusal("forbidden", "The code is wrong or was used before", { code: "ERR_CODE_WRONG" }),
});
