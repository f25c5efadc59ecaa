import { reviewPostmortem } from "@/lib/incidents/postmortems/commands/review-postmortem";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/postmortems/:id/review { revision }: exactly what was read. */
export const POST = opsWrite({ command: reviewPostmortem, params: { id: "postmortemId" } });
