import { restoreSnapshot } from "@/lib/modules/snapshots/commands/restore-snapshot";
import { opsWrite } from "@/lib/platform/web/ops-route";

/**
 * POST /api/ops/snapshots/:id/restore { reason }: puts what one tenant had back, in one module, by a second factor shown for exactly this. What
 * is there now is saved first; GET /api/ops/restores/:id says how far it is and whether it is equal.
 */
export const POST = opsWrite({ command: restoreSnapshot, params: { id: "snapshotId" }, status: 201 });
