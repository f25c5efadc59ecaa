import { opsRead } from "@/lib/platform/web/ops-route";
import { runbookOf } from "@/lib/runbooks/catalogue";
import { runbookItem } from "@/lib/runbooks/queries-runbooks";

/** GET /api/ops/runbooks/:id: one runbook by its name, such as `bad-patch`. */
export const GET = opsRead({
  permission: "incident:read",
  isNamed: true,
  read: async ({ params }) => {
    const runbook = runbookOf(params.id ?? "");
    return runbook && runbookItem(runbook);
  },
});
