import { opsRead } from "@/lib/platform/web/ops-route";
import { decisionsQuery, listDecisions } from "@/lib/sira/replay/queries-decisions";

/** GET /api/ops/sira/decisions: proposals with their permits and what came of them, newest first. */
export const GET = opsRead({
  permission: "incident:read",
  query: decisionsQuery,
  read: ({ scope, query, now }) => listDecisions(scope, query, now),
});
