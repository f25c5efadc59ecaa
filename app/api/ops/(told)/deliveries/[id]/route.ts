import { readDelivery } from "@/lib/notify/deliveries/queries-deliveries";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/deliveries/:id: one message with its exact text and headers, without signatures and one-time links. */
export const GET = opsRead({ permission: "webhook:write", read: ({ scope, params }) => readDelivery(scope, params.id ?? "") });
