import { proposeTrust } from "@/lib/access/people/keys/commands/propose-trust";
import { readTrust } from "@/lib/access/trust";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/approvals/trust: what an agent of this installation pins by its merchant's hands, once the keys were compared. */
export const GET = opsRead({ permission: "incident:read", work: "safety", read: ({ now }) => readTrust(now) });

/** POST /api/ops/approvals/trust { threshold?, reason }: Center writes down who may approve from now on; the approvers of today sign it. */
export const POST = opsWrite({ command: proposeTrust, status: 201 });
