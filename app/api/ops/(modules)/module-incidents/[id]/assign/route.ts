import { assignModule } from "@/lib/modules/incidents/commands/assign-module";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/module-incidents/:id/assign { assignee, reason? }: whose it is from now on. */
export const POST = opsWrite({ command: assignModule, params: { id: "incidentId" } });
