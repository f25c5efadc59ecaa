import { opsWrite } from "@/lib/platform/web/ops-route";
import { recallRelease } from "@/lib/rollout/commands/recall/recall-release";

/** POST /api/ops/rollouts/:id/recall { reason }: the version is pulled from everybody; the same again is a no-op. */
export const POST = opsWrite({ command: recallRelease, input: (body, { id }) => ({ ...body, rolloutId: id }) });
