import { refuseTrust } from "@/lib/access/people/keys/commands/refuse-trust";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/approvals/trust/:id/refuse { reason }: the proposed document is void. */
export const POST = opsWrite({ command: refuseTrust, params: { id: "id" } });
