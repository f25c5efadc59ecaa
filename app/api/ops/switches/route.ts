import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import { showSwitches } from "@/lib/policy/queries";

/** GET /api/ops/switches: every switch in sight, what holds and where it comes from. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope }) => showSwitches(scope) });

/** POST /api/ops/switches { name, scope, tenant_id?, target_id?, on, reason } */
export const POST = opsWrite({ command: throwSwitch });
