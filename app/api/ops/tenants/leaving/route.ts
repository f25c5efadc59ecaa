import { opsRead } from "@/lib/platform/web/ops-route";
import { leavingQuery, listLeaving } from "@/lib/survival/offboarding/queries-offboarding";

/** GET /api/ops/tenants/leaving: merchants on their way out and those that are gone; with `q` also those that stay and match it, as `found`. */
export const GET = opsRead({
  permission: "switch:looser",
  query: leavingQuery,
  read: ({ scope, query, now }) => listLeaving(scope, query, now),
});
