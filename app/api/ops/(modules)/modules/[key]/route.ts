import { showModule } from "@/lib/modules/registry/queries-modules";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/modules/:key: one module, by its key or its id, with each tenant's view of it and its newest orders. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params, now }) => showModule(scope, params.key ?? "", now) });
