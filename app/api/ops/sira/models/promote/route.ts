import { opsWrite } from "@/lib/platform/web/ops-route";
import { promoteModel } from "@/lib/sira/commands/promote-model";

/** POST /api/ops/sira/models/promote { version, from, reason }: puts a fitted model in force in place of `from`. */
export const POST = opsWrite({ command: promoteModel });
