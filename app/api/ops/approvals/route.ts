import { readInbox } from "@/app/(center)/approvals/inbox";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/approvals: everything that waits for a person, with its digest, who asked and what is missing. */
export const GET = opsRead({ permission: "incident:read", work: "safety", read: ({ scope, now }) => readInbox(scope, now) });
