import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";
import { requireAutonomy } from "@/lib/policy/autonomy/commands/require-autonomy";
import { listAutonomy } from "@/lib/policy/autonomy/queries-autonomy";

/** GET /api/ops/policy/autonomy: what has to be earned, how far it is, and who waits for a second pair of eyes. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, now }) => listAutonomy(scope, now) });

/** POST /api/ops/policy/autonomy { tenant_id, action, reason }: from now on the action is asked about until it is earned. */
export const POST = opsWrite({ command: requireAutonomy });
