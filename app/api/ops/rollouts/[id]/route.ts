import { opsRead } from "@/lib/platform/web/ops-route";
import { readRollout } from "@/lib/rollout/waves/queries-rollouts";

/** GET /api/ops/rollouts/:id: its waves, what each proved, what is missing, its members and its recall. */
export const GET = opsRead({
  permission: "incident:read",
  work: "safety",
  read: ({ scope, params, now }) => readRollout(scope, params.id ?? "", now),
});
