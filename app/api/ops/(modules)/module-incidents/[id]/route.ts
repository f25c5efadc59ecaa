import { readModuleIncident } from "@/lib/modules/incidents/queries-incidents";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/module-incidents/:id: one incident of a module with its evidence and timeline. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => readModuleIncident(scope, params.id ?? "") });
