import { incidentsQuery, listIncidents } from "@/lib/incidents/queries";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/plugin-incidents: newest first, filtered. */
export const GET = opsRead({ permission: "incident:read", query: incidentsQuery, read: ({ scope, query }) => listIncidents(scope, query) });
