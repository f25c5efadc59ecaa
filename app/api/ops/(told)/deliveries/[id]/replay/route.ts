import { replayDelivery } from "@/lib/notify/commands/replay-delivery";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/deliveries/:id/replay { reason }: the same message once more, under the same id. */
export const POST = opsWrite({ command: replayDelivery, params: { id: "deliveryId" } });
