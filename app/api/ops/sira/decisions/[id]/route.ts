import { opsRead } from "@/lib/platform/web/ops-route";
import { readDecision } from "@/lib/sira/replay/queries-decisions";

/** GET /api/ops/sira/decisions/:id: one proposal with every input, its options, its permit and its replay. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params, now }) => readDecision(scope, params.id ?? "", now) });
