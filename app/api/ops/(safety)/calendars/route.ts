import { opsRead } from "@/lib/platform/web/ops-route";
import { showCalendars } from "@/lib/policy/calendar/queries-calendars";

/** GET /api/ops/calendars: freezes, merchants' own hours, what holds now and next, what that holds up, and who wants a freeze shorter. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, now }) => showCalendars(scope, now) });
