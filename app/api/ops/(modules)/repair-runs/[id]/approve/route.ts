import { opsWrite } from "@/lib/platform/web/ops-route";
import { approveRun } from "@/lib/repair/commands/approve-run";

/** POST /api/ops/repair-runs/:id/approve { digest, reason }: the second person agrees, with a second factor shown for this digest. */
export const POST = opsWrite({ command: approveRun, params: { id: "runId" } });
