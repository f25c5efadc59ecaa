import { opsRead } from "@/lib/platform/web/ops-route";
import { listRunbooks } from "@/lib/runbooks/queries-runbooks";

/** GET /api/ops/runbooks: every runbook with its steps. */
export const GET = opsRead({ permission: "incident:read", read: async () => listRunbooks() });
