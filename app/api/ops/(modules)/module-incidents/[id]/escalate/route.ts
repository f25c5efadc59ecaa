import { escalateModule } from "@/lib/modules/incidents/commands/escalate-module";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/module-incidents/:id/escalate { reason }: more people are told. */
export const POST = opsWrite({ command: escalateModule, params: { id: "incidentId" } });
