import { opsWrite } from "@/lib/platform/web/ops-route";
import { startFreeze } from "@/lib/policy/calendar/commands/start-freeze";

/** POST /api/ops/calendars/freezes { scope, tenant_id?, starts_at?, ends_at, reason }: nothing is widened between these times. */
export const POST = opsWrite({ command: startFreeze, status: 201 });
