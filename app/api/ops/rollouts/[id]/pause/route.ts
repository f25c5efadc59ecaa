import { opsWrite } from "@/lib/platform/web/ops-route";
import { pauseRollout } from "@/lib/rollout/commands/waves/pause-rollout";

/** POST /api/ops/rollouts/:id/pause { reason }: nothing more begins; the answer says what is left running. */
export const POST = opsWrite({ command: pauseRollout, params: { id: "rolloutId" } });
