import { showSnapshot } from "@/lib/modules/snapshots/queries-listing";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/snapshots/:id: one snapshot, with what was restored from it and how often that was rehearsed. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => showSnapshot(scope, params.id ?? "") });
