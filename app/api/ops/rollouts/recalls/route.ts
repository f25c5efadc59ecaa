import { opsRead } from "@/lib/platform/web/ops-route";
import { listRecalls } from "@/lib/rollout/waves/recall/queries-recalls";

/** GET /api/ops/rollouts/recalls: versions that were pulled, and how many shops still run them. */
export const GET = opsRead({ permission: "incident:read", work: "safety", read: ({ scope }) => listRecalls(scope) });
