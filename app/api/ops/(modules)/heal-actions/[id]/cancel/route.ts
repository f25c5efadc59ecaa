import { cancelAction } from "@/lib/modules/healing/commands/cancel-action";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/heal-actions/:id/cancel { reason }: stops what the module has not fetched, or has a containment taken back. */
export const POST = opsWrite({ command: cancelAction, params: { id: "actionId" } });
