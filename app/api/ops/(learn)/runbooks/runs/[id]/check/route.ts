import { opsWrite } from "@/lib/platform/web/ops-route";
import { checkStep } from "@/lib/runbooks/commands/check-step";

/** POST /api/ops/runbooks/runs/:id/check { step_id }: Center looks it up, and what it finds is kept as evidence. */
export const POST = opsWrite({ command: checkStep, params: { id: "runId" } });
