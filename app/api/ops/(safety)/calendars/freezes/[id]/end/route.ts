import { opsWrite } from "@/lib/platform/web/ops-route";
import { endFreeze } from "@/lib/policy/calendar/commands/end-freeze";

/**
 * POST /api/ops/calendars/freezes/:id/end { reason }: answers 202 with a request, which a second person approves
 * (POST /api/ops/switches/requests/:id/approve).
 */
export const POST = opsWrite({ command: endFreeze, params: { id: "freezeId" }, mayAsk: true });
