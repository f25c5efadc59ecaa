import { opsRead } from "@/lib/platform/web/ops-route";
import { attemptsQuery, listAttempts } from "@/lib/rollout/queries";
import { listAttemptRows } from "@/lib/rollout/queries-rows";

/** GET /api/ops/autopatch-attempts: newest first, filtered; each with its transitions, or as rows of a list (`view=row`). */
export const GET = opsRead({
  permission: "incident:read",
  query: attemptsQuery,
  read: async ({ scope, query }) => (query.view === "row" ? listAttemptRows(scope, query) : listAttempts(scope, query)),
});
