import { acknowledgeModule } from "@/lib/modules/incidents/commands/acknowledge-module";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/module-incidents/:id/acknowledge { reason? }: the caller takes ownership; nobody else is woken. */
export const POST = opsWrite({ command: acknowledgeModule, params: { id: "incidentId" } });
