import { auditQuery, listAudit } from "@/lib/audit/queries";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/audit: what was done and refused, newest first, filtered. */
export const GET = opsRead({
  permission: "audit:read",
  work: "safety",
  query: auditQuery,
  read: ({ scope, query }) => listAudit(scope, query),
});
