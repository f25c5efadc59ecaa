import { opsWrite } from "@/lib/platform/web/ops-route";
import { declineLoosening } from "@/lib/policy/commands/decline-loosening";

/** POST /api/ops/switches/requests/:id/decline { reason }: the request is over, and nothing changes. */
export const POST = opsWrite({ command: declineLoosening, params: { id: "requestId" } });
