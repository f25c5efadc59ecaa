import { opsRead } from "@/lib/platform/web/ops-route";
import { listRefusals } from "@/lib/telemetry/watched/refusals/queries-refusals";

/** GET /api/ops/plugins/:id/refusals: why messages of a plugin were refused, in more words than their sender is told. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => listRefusals(scope, params.id ?? "") });
