import { publishPostmortem } from "@/lib/incidents/postmortems/commands/publish-postmortem";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/postmortems/:id/publish { revision }: exactly what was read. */
export const POST = opsWrite({ command: publishPostmortem, params: { id: "postmortemId" } });
