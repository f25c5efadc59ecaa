import { opsWrite } from "@/lib/platform/web/ops-route";
import { refusePlan } from "@/lib/rollout/commands/refuse/refuse-plan";

/** POST /api/ops/plugin-incidents/:id/refuse { plan_digest, reason }: exactly this plan is void, and the incident is somebody's to look at. */
export const POST = opsWrite({ command: refusePlan, params: { id: "incidentId" } });
