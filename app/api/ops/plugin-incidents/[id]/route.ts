import { readIncident } from "@/lib/incidents/queries";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/plugin-incidents/:id: one incident with its timeline, plans, decisions and attempts. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => readIncident(scope, params.id ?? "") });
