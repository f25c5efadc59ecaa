import { fleetQuery } from "@/lib/access/plugins/fleet-query";
import { listFleet } from "@/lib/access/plugins/queries-fleet";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/fleet: plugins with their newest word, open incident and change under way, in any of some orders, and how many are in which state. */
export const GET = opsRead({
  permission: "incident:read",
  query: fleetQuery,
  read: ({ scope, query, now }) => listFleet(scope, query, now),
});
