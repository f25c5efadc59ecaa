import { opsRead } from "@/lib/platform/web/ops-route";
import { showSira } from "@/lib/sira/learning/queries-overview";

/** GET /api/ops/sira: the model in force and its rivals, how confidences came true, the learning curve and the holdout. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, now }) => showSira(scope, now) });
