import { opsWrite } from "@/lib/platform/web/ops-route";
import { resumeRollout } from "@/lib/rollout/commands/waves/resume-rollout";

/** POST /api/ops/rollouts/:id/resume { confirm, reason }: goes on where it was. */
export const POST = opsWrite({ command: resumeRollout, params: { id: "rolloutId" } });
