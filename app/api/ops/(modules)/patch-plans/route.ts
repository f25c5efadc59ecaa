import { listPlans } from "@/lib/modules/healing/queries-actions";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/patch-plans: what Center writes and only people carry out (level 3), the newest first. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope }) => listPlans(scope) });
