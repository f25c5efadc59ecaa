import { commentModule } from "@/lib/modules/incidents/commands/comment-module";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/module-incidents/:id/comment { text }: a line on the timeline. */
export const POST = opsWrite({ command: commentModule, params: { id: "incidentId" } });
