import { incidentsQuery, listIncidents } from "@/lib/incidents/queries";
import { listIncidentRows } from "@/lib/incidents/queries-rows";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/plugin-incidents: newest first, filtered; whole, or as rows of a list (`view=row`). */
export const GET = opsRead({
  permission: "incident:read",
  query: incidentsQuery,
  read: async ({ scope, query }) => (query.view === "row" ? listIncidentRows(scope, query) : listIncidents(scope, query)),
});
