import { opsRead } from "@/lib/platform/web/ops-route";
import { readRun } from "@/lib/runbooks/queries-runbooks";

/** GET /api/ops/runbooks/runs/:id: who did which step when, and what its check found. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => readRun(scope, params.id ?? "") });
