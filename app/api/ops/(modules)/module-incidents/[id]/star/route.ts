import { starModuleEvent } from "@/lib/modules/incidents/commands/star-module-event";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/module-incidents/:id/star { event_id, starred }: a line of its timeline is worth telling later, or no more. */
export const POST = opsWrite({ command: starModuleEvent, params: { id: "incidentId" } });
