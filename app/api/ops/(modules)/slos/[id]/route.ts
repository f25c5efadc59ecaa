import { showSlo } from "@/lib/modules/slo/queries-slos";
import { sloQuery } from "@/lib/modules/slo/slo-query";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/slos/:id: one objective by its name, such as `billing.tenant.error_rate`, with its budget over time and what spent it. */
export const GET = opsRead({
  permission: "incident:read",
  query: sloQuery,
  isNamed: true,
  read: ({ scope, params, query, now }) => showSlo(scope, params.id ?? "", query, now),
});
