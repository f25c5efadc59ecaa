import { fleetIncidentsQuery, listFleetIncidents } from "@/lib/incidents/fleet/queries-list";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/fleet/incidents: what many merchants have or had at once, newest first; seen by whoever acts for all of them. */
export const GET = opsRead({
  permission: "incident:read",
  query: fleetIncidentsQuery,
  read: async ({ scope, query }) => listFleetIncidents(scope, query),
});
