import { verifyNow } from "@/lib/audit/verify/verify-now";
import { opsRead } from "@/lib/platform/web/ops-route";

/** POST /api/ops/audit/verify: checks the whole log now and names the first bad index. It changes nothing; a POST because it costs. */
export const POST = opsRead({ permission: "audit:read", work: "safety", read: () => verifyNow() });
