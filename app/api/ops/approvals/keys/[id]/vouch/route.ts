import { vouchKey } from "@/lib/access/people/keys/commands/vouch-key";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/approvals/keys/:id/vouch { keyid, reason }: a second person says whose key this is, after a second factor for its `vouch_digest`. */
export const POST = opsWrite({ command: vouchKey, params: { id: "id" } });
