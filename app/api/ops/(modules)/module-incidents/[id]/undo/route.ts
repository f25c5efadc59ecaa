import { undoModule } from "@/lib/modules/incidents/commands/undo-module";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/module-incidents/:id/undo { deed }: one's own acknowledgement or assignment of a moment ago is taken back. */
export const POST = opsWrite({ command: undoModule, params: { id: "incidentId" } });
