import { opsWrite } from "@/lib/platform/web/ops-route";
import { changeFreeze } from "@/lib/policy/calendar/commands/change-freeze";

/** PUT /api/ops/calendars/freezes/:id { starts_at?, ends_at?, reason }: longer at once; shorter, it answers 202 with a request. */
export const PUT = opsWrite({ command: changeFreeze, params: { id: "freezeId" }, mayAsk: true });
