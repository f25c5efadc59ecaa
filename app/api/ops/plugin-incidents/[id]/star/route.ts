import { starEvent } from "@/lib/incidents/commands/star-event";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/plugin-incidents/:id/star { event_id, starred }: a line of its timeline is worth telling later, or no more. */
export const POST = opsWrite({ command: starEvent, params: { id: "incidentId" } });
