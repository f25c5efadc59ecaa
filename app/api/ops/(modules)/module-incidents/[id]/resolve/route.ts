import { resolveModule } from "@/lib/modules/incidents/commands/resolve-module";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/module-incidents/:id/resolve { reason }: a person says it is over. */
export const POST = opsWrite({ command: resolveModule, params: { id: "incidentId" } });
