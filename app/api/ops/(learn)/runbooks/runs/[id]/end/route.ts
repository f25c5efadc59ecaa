import { opsWrite } from "@/lib/platform/web/ops-route";
import { endRunbook } from "@/lib/runbooks/commands/end-runbook";

/** POST /api/ops/runbooks/runs/:id/end: it is over, or left where it is. */
export const POST = opsWrite({ command: endRunbook, params: { id: "runId" } });
