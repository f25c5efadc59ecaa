import { Refusal } from "@/lib/kernel/refusal";
import { opsWrite } from "@/lib/platform/web/ops-route";
import { approveLoosening } from "@/lib/policy/commands/approve-loosening";

/**
 * POST /api/ops/switches/requests/:id/approve { digest, reason }: the second person's yes to exactly this request, after a code
 * for its digest (POST /api/ops/step-up). 409 when what would be done is not what was asked for any more; then it is void.
 */
export const POST = opsWrite({
  command: approveLoosening,
  params: { id: "requestId" },
  answer: async (result) =>
    result.status === "void" ? new Refusal("conflict", `This request is void: ${result.why}`, { code: "ERR_VOID" }) : result,
});
