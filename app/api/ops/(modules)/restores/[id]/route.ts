import { showRestore } from "@/lib/modules/snapshots/queries-listing";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/restores/:id: how far a restore is, whether it is equal, how long it took. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => showRestore(scope, params.id ?? "") });
