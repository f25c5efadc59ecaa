import { opsWrite } from "@/lib/platform/web/ops-route";
import { approvePlan } from "@/lib/rollout/commands/approve-plan";

/** POST /api/ops/plugin-incidents/:id/approve { plan_digest, reason, envelope? }: one person's yes to exactly this plan, signed by their own key where agents want it. */
export const POST = opsWrite({ command: approvePlan, params: { id: "incidentId" } });
