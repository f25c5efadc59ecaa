import { opsWrite } from "@/lib/platform/web/ops-route";
import { setHoldout } from "@/lib/sira/commands/set-holdout";

/** PUT /api/ops/sira/holdout { share, reason }: the share of incidents that can wait which is left to people; 0 ends it. */
export const PUT = opsWrite({ command: setHoldout });
