import { opsWrite } from "@/lib/platform/web/ops-route";
import { promoteAutonomy } from "@/lib/policy/autonomy/commands/promote-autonomy";

/** POST /api/ops/policy/autonomy/promote { tenant_id, action, reason }: the first approver asks, the second one agrees. */
export const POST = opsWrite({ command: promoteAutonomy });
