import { forgetFactor } from "@/lib/access/step-up/commands/forget-factor";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/step-up/people/:id/reset { reason }: somebody lost their phone and may set up another second factor. */
export const POST = opsWrite({ command: forgetFactor, params: { id: "personId" } });
