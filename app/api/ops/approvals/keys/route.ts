import { enrolKey } from "@/lib/access/people/keys/commands/enrol-key";
import { showApproverKeys } from "@/lib/access/people/keys/queries-keys";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/approvals/keys: the keys that approvers sign with, the trust document in force, and the one that waits for signatures. */
export const GET = opsRead({ permission: "incident:read", work: "safety", read: ({ now }) => showApproverKeys(now) });

/** POST /api/ops/approvals/keys { proof }: the caller brings the public half of a key, with a statement that it signed. */
export const POST = opsWrite({ command: enrolKey, status: 201 });
