import { opsWrite } from "@/lib/platform/web/ops-route";
import { liftBlock } from "@/lib/policy/commands/lift-block";

/**
 * POST /api/ops/scanner/blocks/:id/lift { reason }: answers 202 with a request, which a second person approves
 * (POST /api/ops/switches/requests/:id/approve).
 */
export const POST = opsWrite({ command: liftBlock, params: { id: "blockId" }, mayAsk: true, status: 202 });
