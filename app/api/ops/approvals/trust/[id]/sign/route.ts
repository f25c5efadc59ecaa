import { signTrust } from "@/lib/access/people/keys/commands/sign-trust";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/approvals/trust/:id/sign { digest, envelope }: an approver whom agents trust now signs exactly this document, after a second factor for its digest. */
export const POST = opsWrite({ command: signTrust, params: { id: "id" } });
