import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";
import { listEmergencies } from "@/lib/policy/emergency/queries-emergency";
import { emergencyRollback } from "@/lib/rollout/commands/emergency/emergency-rollback";

/** GET /api/ops/emergency-rollback: the newest ones, with where every plugin stands now. */
export const GET = opsRead({ permission: "incident:read", work: "safety", read: ({ scope }) => listEmergencies(scope) });

/** POST /api/ops/emergency-rollback { scope: "global" | { tenant_id } | { plugin_key, version? }, reason }: stops, calls back, undoes. */
export const POST = opsWrite({
  command: emergencyRollback,
  answer: async (done, { scope }) => {
    const { items } = await listEmergencies(scope, [done.id]);
    return { ...done, ...items[0] };
  },
});
