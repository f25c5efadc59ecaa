import { auditQuery, listAudit, listAuditRows } from "@/lib/audit/queries";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/audit: the log within the caller's tenants, newest first; whole, or as rows of a list (`view=row`). */
export const GET = opsRead({
  permission: "audit:read",
  work: "safety",
  query: auditQuery,
  read: async ({ scope, query }) => (query.view === "row" ? listAuditRows(scope, query) : listAudit(scope, query)),
});
