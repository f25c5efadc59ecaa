import { opsWrite } from "@/lib/platform/web/ops-route";
import { abortRollout } from "@/lib/rollout/commands/waves/abort-rollout";

/** POST /api/ops/rollouts/:id/abort { reason }: ends it and takes back what it installed. */
export const POST = opsWrite({ command: abortRollout, params: { id: "rolloutId" } });
