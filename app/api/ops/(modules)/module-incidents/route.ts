import { listModuleIncidents, moduleIncidentsQuery } from "@/lib/modules/incidents/queries-incidents";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/module-incidents: incidents of the platform's own modules, newest first, filtered. */
export const GET = opsRead({
  permission: "incident:read",
  query: moduleIncidentsQuery,
  read: ({ scope, query, actor }) => listModuleIncidents(scope, query, actor),
});
