import { setOnCall } from "@/lib/notify/commands/set-on-call";
import { showOnCall } from "@/lib/notify/paging/queries-on-call";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/on-call: who is on call for what, and who would be woken now. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, now }) => showOnCall(scope, now) });

/** PUT /api/ops/on-call { area, severity, people, ack_minutes?, repage_minutes?, reason }: the order of one area and severity. */
export const PUT = opsWrite({ command: setOnCall });
