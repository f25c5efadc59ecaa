import { opsWrite } from "@/lib/platform/web/ops-route";
import { applyRun } from "@/lib/repair/commands/apply-run";

/** POST /api/ops/repair-runs/:id/apply { digest, reason }: exactly what the dry-run showed, named by its digest; 409 once that moved. Where two people are needed this asks, and answers 202. */
export const POST = opsWrite({ command: applyRun, params: { id: "runId" }, mayAsk: true });
