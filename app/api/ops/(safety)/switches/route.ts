import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import { showSwitches } from "@/lib/policy/queries";

/** GET /api/ops/switches: every switch in sight, what holds and where it comes from, what it holds up, and who asked to turn one off. */
export const GET = opsRead({ permission: "incident:read", work: "safety", read: ({ scope, now }) => showSwitches(scope, now) });

/** POST /api/ops/switches { name, scope, tenant_id?, target_id?, on, reason }: off, it answers 202 with a request. */
export const POST = opsWrite({ command: throwSwitch, mayAsk: true });
