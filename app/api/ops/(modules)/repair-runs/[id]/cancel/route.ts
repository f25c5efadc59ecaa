import { opsWrite } from "@/lib/platform/web/ops-route";
import { cancelRun } from "@/lib/repair/commands/cancel-run";

/** POST /api/ops/repair-runs/:id/cancel { reason }: gives up what was not applied yet. */
export const POST = opsWrite({ command: cancelRun, params: { id: "runId" } });
