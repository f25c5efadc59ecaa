import { actionQuery, listActions } from "@/lib/modules/healing/queries-actions";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/heal-actions?incident_id&module_key&state: what was done about modules' incidents and why, the newest first. */
export const GET = opsRead({ permission: "incident:read", query: actionQuery, read: ({ scope, query }) => listActions(scope, query) });
