import { opsWrite } from "@/lib/platform/web/ops-route";
import { rollBackModel } from "@/lib/sira/commands/roll-back-model";

/** POST /api/ops/sira/models/rollback { from, reason }: the model before the one in force is in force again. */
export const POST = opsWrite({ command: rollBackModel });
