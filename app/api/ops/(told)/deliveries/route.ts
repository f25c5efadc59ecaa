import { deliveriesQuery, listDeliveries } from "@/lib/notify/deliveries/queries-deliveries";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/deliveries: what was sent to whom and what became of it, within the caller's tenants, newest first. */
export const GET = opsRead({
  permission: "webhook:write",
  query: deliveriesQuery,
  read: ({ scope, query }) => listDeliveries(scope, query),
});
