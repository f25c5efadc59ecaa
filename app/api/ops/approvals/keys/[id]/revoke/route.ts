import { revokeKey } from "@/lib/access/people/keys/commands/revoke-key";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/approvals/keys/:id/revoke { reason }: the key counts no more, for good. */
export const POST = opsWrite({ command: revokeKey, params: { id: "id" } });
