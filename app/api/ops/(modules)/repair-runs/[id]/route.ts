import { opsRead } from "@/lib/platform/web/ops-route";
import { showRepairRun } from "@/lib/repair/queries-repairs";

/** GET /api/ops/repair-runs/:id: the difference, its digest, how far it is at each tenant, and every step. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => showRepairRun(scope, params.id ?? "") });
