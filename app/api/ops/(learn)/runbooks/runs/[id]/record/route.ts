import { opsWrite } from "@/lib/platform/web/ops-route";
import { recordStep } from "@/lib/runbooks/commands/record-step";

/** POST /api/ops/runbooks/runs/:id/record { step_id, outcome, note? }: an action done or left out, or the branch that was taken. */
export const POST = opsWrite({ command: recordStep, params: { id: "runId" } });
