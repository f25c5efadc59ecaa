import { opsWrite } from "@/lib/platform/web/ops-route";
import { setCalendar } from "@/lib/policy/calendar/commands/set-calendar";

/** PUT /api/ops/tenants/:id/calendar { time_zone, windows, quiet, reason }: when a merchant may be changed, by its own clock. */
export const PUT = opsWrite({ command: setCalendar, params: { id: "tenantId" } });
