import { approveAction } from "@/lib/modules/healing/commands/approve-action";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/heal-actions/:id/approve { reason }: a person agrees to what Center only suggests. */
export const POST = opsWrite({ command: approveAction, params: { id: "actionId" } });
