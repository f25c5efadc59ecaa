import { showAction } from "@/lib/modules/healing/queries-actions";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/heal-actions/:id: one action with every gate of its permit, its history and what the module answered. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => showAction(scope, params.id ?? "") });
