import { opsWrite } from "@/lib/platform/web/ops-route";
import { promoteRollout } from "@/lib/rollout/commands/waves/promote-rollout";

/** POST /api/ops/rollouts/:id/promote { wave, confirm, reason }: the next wave begins before the evidence is there. */
export const POST = opsWrite({ command: promoteRollout, params: { id: "rolloutId" } });
