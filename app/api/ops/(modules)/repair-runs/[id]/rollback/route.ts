import { opsWrite } from "@/lib/platform/web/ops-route";
import { rollBackRun } from "@/lib/repair/commands/roll-back-run";

/** POST /api/ops/repair-runs/:id/rollback { reason }: every row that nobody changed since becomes what it was. */
export const POST = opsWrite({ command: rollBackRun, params: { id: "runId" } });
